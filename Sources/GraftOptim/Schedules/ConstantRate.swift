/// The same rate at every step.
public struct ConstantRate: Schedule, Hashable {
  /// The rate.
  public let rate: Float

  /// Traps unless the rate is finite and not negative.
  public init(_ rate: Float) {
    requireNonNegative(rate, "rate", in: "ConstantRate")
    self.rate = rate
  }

  public func rate(at step: Int) -> Float {
    _ = stepNumber(step, in: "ConstantRate")
    return rate
  }
}
