import GraftTensor

/// A rate that rises to a peak and falls far below its start, while momentum does the opposite.
///
/// ```swift
/// let cycle = OneCycle(peak: 0.1, over: steps)
/// optimizer.learningRate = cycle.rate(at: step)
/// optimizer.momentum = cycle.momentum(at: step)
/// ```
///
/// The rate goes from peak / startDivisor up to peak, which it reaches at step rise · steps - 1, and down to
/// peak / startDivisor / endDivisor at step steps - 1, where it stays. Defaults and values are those of PyTorch's
/// `OneCycleLR` in two phases. Smith, Topin: *Super-Convergence: Very Fast Training of Neural Networks Using Large
/// Learning Rates*, 2018.
public struct OneCycle: Schedule, Hashable {
  /// The highest rate.
  public let peak: Float
  /// The number of steps of the cycle.
  public let steps: Int
  /// The share of the steps in which the rate rises.
  public let rise: Double
  /// How many times lower than the peak the rate starts.
  public let startDivisor: Double
  /// How many times lower than at its start the rate ends.
  public let endDivisor: Double
  /// The lowest momentum, at the peak, and the highest, at both ends.
  public let momentum: ClosedRange<Double>
  /// Which way the values take from one to the other.
  public let annealing: Annealing

  /// A way from one value to another.
  public enum Annealing: Sendable, Hashable {
    /// Half a wave of the cosine.
    case cosine
    /// A straight line.
    case linear
  }

  /// Traps unless the peak and the divisors are positive, the number of steps is at least 2, and `rise` is between 0 and 1.
  public init(
    peak: Float, over steps: Int, rise: Double = 0.3, startDivisor: Double = 25, endDivisor: Double = 1e4,
    momentum: ClosedRange<Double> = 0.85...0.95, annealing: Annealing = .cosine
  ) {
    requirePositive(peak, "peak", in: "OneCycle")
    require(steps >= 2, "OneCycle: a cycle of \(steps) steps can't rise and fall")
    require(rise >= 0 && rise <= 1, "OneCycle: rise \(rise) is not between 0 and 1")
    requirePositive(startDivisor, "start divisor", in: "OneCycle")
    requirePositive(endDivisor, "end divisor", in: "OneCycle")
    self.peak = peak
    self.steps = steps
    self.rise = rise
    self.startDivisor = startDivisor
    self.endDivisor = endDivisor
    self.momentum = momentum
    self.annealing = annealing
  }

  public func rate(at step: Int) -> Float {
    let start = Double(peak) / startDivisor
    return Float(value(at: step, start: start, middle: Double(peak), end: start / endDivisor))
  }

  /// The momentum of a step, counted from 0: β₁ for the Adam family.
  public func momentum(at step: Int) -> Double {
    value(at: step, start: momentum.upperBound, middle: momentum.lowerBound, end: momentum.upperBound)
  }

  private func value(at step: Int, start: Double, middle: Double, end: Double) -> Double {
    let last = Double(steps - 1)
    let turn = rise * Double(steps) - 1
    let number = min(stepNumber(step, in: "OneCycle"), last)
    if number <= turn && turn > 0 || turn >= last {
      return interpolate(from: start, to: middle, fraction: min(number / turn, 1))
    }
    return interpolate(from: middle, to: end, fraction: (number - turn) / (last - turn))
  }

  private func interpolate(from start: Double, to end: Double, fraction: Double) -> Double {
    switch annealing {
    case .cosine: return cosineInterpolation(from: start, to: end, fraction: fraction)
    case .linear: return linearInterpolation(from: start, to: end, fraction: fraction)
    }
  }
}
