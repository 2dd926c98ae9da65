import GraftTensor

/// The bounds between which a quantity lies, with a stated confidence.
public struct ConfidenceInterval: Sendable, Hashable, Codable {
  /// The lower bound.
  public let lower: Double

  /// The upper bound.
  public let upper: Double

  /// The part of such intervals that hold the quantity: 0.95 for 95 %.
  public let level: Double

  /// The distance of the bounds.
  public var width: Double { upper - lower }

  /// Whether a value lies within the bounds.
  public func contains(_ value: Double) -> Bool { lower <= value && value <= upper }

  /// An interval with the given bounds.
  public init(lower: Double, upper: Double, level: Double) {
    self.lower = lower
    self.upper = upper
    self.level = level
  }

  /// Wilson's interval for a proportion, an accuracy for example: the proportions that a score test would not reject
  /// (*Probable Inference, the Law of Succession, and Statistical Inference*, 1927).
  ///
  /// Other than p ± z·√(p(1−p)/n) it stays within 0 and 1 and is of use for few samples and for proportions of 0 or 1.
  ///
  /// - Parameters:
  ///   - successes: how many samples counted; traps unless it is in 0…`trials`.
  ///   - trials: of how many.
  ///   - level: the confidence; traps unless it is above 0 and below 1. Default: 0.95.
  /// - Returns: `nil` without trials.
  public static func wilson(successes: Int, trials: Int, level: Double = 0.95) -> ConfidenceInterval? {
    require(
      successes >= 0 && successes <= trials,
      "ConfidenceInterval.wilson: \(successes) successes in \(trials) trials")
    requireLevel(level, operation: "ConfidenceInterval.wilson")
    if trials == 0 { return nil }
    let (count, part) = (Double(trials), Double(successes) / Double(trials))
    let z = NormalDistribution.quantile((1 + level) / 2)
    let scale = 1 + z * z / count
    let middle = (part + z * z / (2 * count)) / scale
    let half = z / scale * (part * (1 - part) / count + z * z / (4 * count * count)).squareRoot()
    // At the ends of the range the bound is that end but for rounding.
    return ConfidenceInterval(
      lower: successes == 0 ? 0 : middle - half, upper: successes == trials ? 1 : middle + half, level: level)
  }

  static func requireLevel(_ level: Double, operation: StaticString) {
    require(level > 0 && level < 1, "\(operation): level \(level) has to be above 0 and below 1")
  }
}

extension ConfidenceInterval: CustomStringConvertible {
  public var description: String {
    let percent = (level * 1000).rounded() / 10
    let whole = percent == percent.rounded() ? "\(Int(percent))" : "\(percent)"
    return "\(TextTable.number(lower, decimals: 4))…\(TextTable.number(upper, decimals: 4)) (\(whole) %)"
  }
}

extension ConfusionMatrix {
  /// Wilson's interval for the accuracy; see ``ConfidenceInterval/wilson(successes:trials:level:)``.
  ///
  /// `nil` before any sample was counted.
  public func accuracyInterval(level: Double = 0.95) -> ConfidenceInterval? {
    .wilson(successes: correctCount, trials: sampleCount, level: level)
  }
}
