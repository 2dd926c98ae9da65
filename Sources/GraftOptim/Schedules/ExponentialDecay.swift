import Foundation

/// A rate that is multiplied by a factor after every step: start · factor^step.
///
/// PyTorch's `ExponentialLR`. The factor is a `Double`, because many powers of a `Float` near 1 add up its error.
public struct ExponentialDecay: Schedule, Hashable {
  /// The rate at step 0.
  public let start: Float
  /// What the rate is multiplied by after every step.
  public let factor: Double

  /// Traps unless the rate and the factor are finite and not negative.
  public init(from start: Float, factor: Double) {
    requireNonNegative(start, "rate", in: "ExponentialDecay")
    requireNonNegative(factor, "factor", in: "ExponentialDecay")
    self.start = start
    self.factor = factor
  }

  public func rate(at step: Int) -> Float {
    Float(Double(start) * pow(factor, stepNumber(step, in: "ExponentialDecay")))
  }
}
