/// A figure of a sample, and what it is of samples drawn from that sample.
public struct BootstrapResult: Sendable, Hashable, Codable {
  /// The figure of the sample itself.
  public let estimate: Double

  /// The bounds of the figure.
  public let interval: ConfidenceInterval

  /// The figures of the resamples, in ascending order.
  public let distribution: [Double]

  /// How many resamples had no figure, and were left out.
  public let undefinedCount: Int

  /// The standard deviation of the resamples' figures: the estimate's standard error. 0 for a single one.
  public var standardError: Double {
    distribution.count < 2
      ? 0 : (squaredDeviation(distribution) / Double(distribution.count - 1)).squareRoot()
  }

  /// The part of the resamples whose figure is below a value: for a difference of two models, `fraction(below: 0)` is how
  /// often the second was worse.
  public func fraction(below value: Double) -> Double {
    ratio(distribution.partition(before: value), distribution.count)
  }
}

extension BootstrapResult: CustomStringConvertible {
  public var description: String { "\(TextTable.number(estimate, decimals: 4)) in \(interval)" }
}

extension [Double] {
  /// How many of these ascending values are below a value, by halving.
  func partition(before value: Double) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
