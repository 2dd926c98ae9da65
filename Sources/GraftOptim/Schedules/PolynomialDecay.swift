import Foundation

/// A rate that falls like a power of what is left, and stays at its end.
///
///     end + (start - end) · (1 - min(step / steps, 1))^power
///
/// PyTorch's `PolynomialLR`, whose end is always 0.
public struct PolynomialDecay: Schedule, Hashable {
  /// The rate at step 0.
  public let start: Float
  /// The rate from step ``steps`` on.
  public let end: Float
  /// How many steps the way takes.
  public let steps: Int
  /// 1 is a straight line, 2 a parabola.
  public let power: Double

  /// Traps unless the rates are finite and not negative, and the number of steps and the power are positive.
  public init(from start: Float, to end: Float = 0, over steps: Int, power: Double = 1) {
    requireNonNegative(start, "first rate", in: "PolynomialDecay")
    requireNonNegative(end, "last rate", in: "PolynomialDecay")
    requirePositive(steps, "steps", in: "PolynomialDecay")
    requirePositive(power, "power", in: "PolynomialDecay")
    self.start = start
    self.end = end
    self.steps = steps
    self.power = power
  }

  public func rate(at step: Int) -> Float {
    let rest = 1 - min(stepNumber(step, in: "PolynomialDecay") / Double(steps), 1)
    return Float(Double(end) + (Double(start) - Double(end)) * pow(rest, power))
  }
}
