import GraftTensor

/// A rate that falls when a measure of quality has stopped getting better.
///
/// ```swift
/// var plateau = ReduceOnPlateau(from: 1e-3, patience: 5)
/// for epoch in 0..<epochs {
///   …
///   plateau.observe(validationLoss)
///   optimizer.learningRate = plateau.rate
/// }
/// ```
///
/// Unlike a ``Schedule`` it has a state: save it with a checkpoint (it is `Codable`) and continue from there. Rules,
/// defaults and values are those of PyTorch's `ReduceLROnPlateau`.
public struct ReduceOnPlateau: Sendable, Hashable, Codable {
  /// The rate that holds now.
  public var rate: Float { Float(currentRate) }

  /// The best value observed; nil before the first.
  public private(set) var best: Double?

  /// How many observations in a row have not been better.
  public private(set) var badObservations = 0

  /// For how many further observations patience is not tried.
  public private(set) var remainingCooldown = 0

  private var currentRate: Double
  private let goal: Goal
  private let factor: Double
  private let patience: Int
  private let threshold: Threshold
  private let cooldown: Int
  private let minimumRate: Double
  private let smallestChange: Double

  /// Which way the observed values should go.
  public enum Goal: String, Sendable, Hashable, Codable {
    /// Lower is better: a loss.
    case minimize
    /// Higher is better: an accuracy.
    case maximize
  }

  /// By how much a value must beat the best one to count as better.
  public enum Threshold: Sendable, Hashable, Codable {
    /// By this share of the best value.
    case relative(Double)
    /// By this amount.
    case absolute(Double)
  }

  /// - Parameters:
  ///   - rate: the rate to begin with.
  ///   - goal: which way the observed values should go.
  ///   - factor: what the rate is multiplied by when it falls.
  ///   - patience: how many observations in a row may fail to be better before it falls.
  ///   - threshold: by how much a value must beat the best one to count as better.
  ///   - cooldown: how many observations after a fall are not held against the new rate.
  ///   - minimumRate: the rate does not fall below this.
  ///   - smallestChange: a fall by less than this, or by just this, is left out.
  ///
  /// Traps unless the rate is positive, the factor at least 0 and below 1, and the others not negative.
  public init(
    from rate: Float, goal: Goal = .minimize, factor: Double = 0.1, patience: Int = 10,
    threshold: Threshold = .relative(1e-4), cooldown: Int = 0, minimumRate: Float = 0,
    smallestChange: Double = 1e-8
  ) {
    requirePositive(rate, "rate", in: "ReduceOnPlateau")
    requireDecay(factor, "factor", in: "ReduceOnPlateau")
    require(patience >= 0, "ReduceOnPlateau: patience \(patience) is negative")
    require(cooldown >= 0, "ReduceOnPlateau: cooldown \(cooldown) is negative")
    requireNonNegative(minimumRate, "minimum rate", in: "ReduceOnPlateau")
    requireNonNegative(smallestChange, "smallest change", in: "ReduceOnPlateau")
    currentRate = Double(rate)
    self.goal = goal
    self.factor = factor
    self.patience = patience
    self.threshold = threshold
    self.cooldown = cooldown
    self.minimumRate = Double(minimumRate)
    self.smallestChange = smallestChange
  }

  /// Takes note of a value, and lowers ``rate`` if values have not been better for too long.
  ///
  /// NaN is never better. Returns the rate that holds from now on.
  @discardableResult
  public mutating func observe(_ value: Double) -> Float {
    if isBetter(value) {
      best = value
      badObservations = 0
    } else {
      badObservations += 1
    }
    if remainingCooldown > 0 {
      remainingCooldown -= 1
      badObservations = 0
    }
    if badObservations > patience {
      let lower = max(currentRate * factor, minimumRate)
      if currentRate - lower > smallestChange { currentRate = lower }
      remainingCooldown = cooldown
      badObservations = 0
    }
    return rate
  }

  private func isBetter(_ value: Double) -> Bool {
    guard let best else {
      // PyTorch begins with the worst value there is, an infinity.
      return goal == .minimize ? value < .infinity : value > -.infinity
    }
    switch (goal, threshold) {
    case (.minimize, .relative(let share)): return value < best * (1 - share)
    case (.maximize, .relative(let share)): return value > best * (1 + share)
    case (.minimize, .absolute(let amount)): return value < best - amount
    case (.maximize, .absolute(let amount)): return value > best + amount
    }
  }
}
