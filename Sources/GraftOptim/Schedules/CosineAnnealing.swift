/// A rate that falls along half a wave of the cosine.
///
///     end + (start - end) · (1 + cos(π · step / steps)) / 2
///
/// After ``steps`` it rises again, as slowly as it fell, as PyTorch's `CosineAnnealingLR` does. To stay at the end, say
/// `.followed(by: ConstantRate(end), after: steps)`. Loshchilov, Hutter: *SGDR: Stochastic Gradient Descent with Warm
/// Restarts*, 2017.
public struct CosineAnnealing: Schedule, Hashable {
  /// The rate at step 0.
  public let start: Float
  /// The rate at step ``steps``.
  public let end: Float
  /// How many steps the fall takes.
  public let steps: Int

  /// Traps unless the rates are finite and not negative, and the number of steps is positive.
  public init(from start: Float, to end: Float = 0, over steps: Int) {
    requireNonNegative(start, "first rate", in: "CosineAnnealing")
    requireNonNegative(end, "last rate", in: "CosineAnnealing")
    requirePositive(steps, "steps", in: "CosineAnnealing")
    self.start = start
    self.end = end
    self.steps = steps
  }

  public func rate(at step: Int) -> Float {
    let fraction = stepNumber(step, in: "CosineAnnealing") / Double(steps)
    return Float(cosineInterpolation(from: Double(start), to: Double(end), fraction: fraction))
  }
}

/// A rate that falls along half a wave of the cosine and starts again from the top, each time over a longer period.
///
/// Within a period of T steps, t steps after its beginning: end + (start - end) · (1 + cos(π · t / T)) / 2. The first
/// period has ``period`` steps, each further one ``growth`` times as many. PyTorch's `CosineAnnealingWarmRestarts`;
/// Loshchilov, Hutter: *SGDR*, 2017.
public struct CosineWarmRestarts: Schedule, Hashable {
  /// The rate at the beginning of each period.
  public let start: Float
  /// The rate that each period approaches.
  public let end: Float
  /// The number of steps of the first period.
  public let period: Int
  /// How many times as long each period is as the one before it.
  public let growth: Int

  /// Traps unless the rates are finite and not negative, and the period and its growth are positive.
  public init(from start: Float, to end: Float = 0, period: Int, growth: Int = 1) {
    requireNonNegative(start, "first rate", in: "CosineWarmRestarts")
    requireNonNegative(end, "last rate", in: "CosineWarmRestarts")
    requirePositive(period, "steps in a period", in: "CosineWarmRestarts")
    requirePositive(growth, "times growth", in: "CosineWarmRestarts")
    self.start = start
    self.end = end
    self.period = period
    self.growth = growth
  }

  public func rate(at step: Int) -> Float {
    _ = stepNumber(step, in: "CosineWarmRestarts")
    var (length, elapsed) = (period, step)
    if growth == 1 { elapsed %= length }
    while elapsed >= length {
      elapsed -= length
      length *= growth
    }
    let fraction = Double(elapsed) / Double(length)
    return Float(cosineInterpolation(from: Double(start), to: Double(end), fraction: fraction))
  }
}
