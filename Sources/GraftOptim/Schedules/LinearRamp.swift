/// A rate that goes in a straight line from one value to another and stays there.
///
///     start + (end - start) · min(step / steps, 1)
///
/// PyTorch's `LinearLR`, with rates for its factors.
public struct LinearRamp: Schedule, Hashable {
  /// The rate at step 0.
  public let start: Float
  /// The rate from step ``steps`` on.
  public let end: Float
  /// How many steps the way takes.
  public let steps: Int

  /// Traps unless the rates are finite and not negative, and the number of steps is positive.
  public init(from start: Float, to end: Float, over steps: Int) {
    requireNonNegative(start, "first rate", in: "LinearRamp")
    requireNonNegative(end, "last rate", in: "LinearRamp")
    requirePositive(steps, "steps", in: "LinearRamp")
    self.start = start
    self.end = end
    self.steps = steps
  }

  public func rate(at step: Int) -> Float {
    let fraction = min(stepNumber(step, in: "LinearRamp") / Double(steps), 1)
    return Float(linearInterpolation(from: Double(start), to: Double(end), fraction: fraction))
  }
}
