import Foundation

/// A rate that is multiplied by a factor after every so many steps: start · factor^⌊step / interval⌋.
///
/// PyTorch's `StepLR`.
public struct StepDecay: Schedule, Hashable {
  /// The rate at step 0.
  public let start: Float
  /// The number of steps between changes.
  public let interval: Int
  /// What the rate is multiplied by at each change.
  public let factor: Float

  /// Traps unless the rate and the factor are finite and not negative, and the interval is positive.
  public init(from start: Float, every interval: Int, factor: Float = 0.1) {
    requireNonNegative(start, "rate", in: "StepDecay")
    requirePositive(interval, "steps", in: "StepDecay")
    requireNonNegative(factor, "factor", in: "StepDecay")
    self.start = start
    self.interval = interval
    self.factor = factor
  }

  public func rate(at step: Int) -> Float {
    let changes = floor(stepNumber(step, in: "StepDecay") / Double(interval))
    return Float(Double(start) * pow(Double(factor), changes))
  }
}

/// A rate that is multiplied by a factor at given steps: start · factor^(number of milestones reached).
///
/// PyTorch's `MultiStepLR`.
public struct MultiStepDecay: Schedule, Hashable {
  /// The rate at step 0.
  public let start: Float
  /// The steps at which the rate changes.
  public let milestones: [Int]
  /// What the rate is multiplied by at each milestone.
  public let factor: Float

  /// Traps unless the rate and the factor are finite and not negative.
  public init(from start: Float, at milestones: [Int], factor: Float = 0.1) {
    requireNonNegative(start, "rate", in: "MultiStepDecay")
    requireNonNegative(factor, "factor", in: "MultiStepDecay")
    self.start = start
    self.milestones = milestones
    self.factor = factor
  }

  public func rate(at step: Int) -> Float {
    _ = stepNumber(step, in: "MultiStepDecay")
    let reached = milestones.count { $0 <= step }
    return Float(Double(start) * pow(Double(factor), Double(reached)))
  }
}
