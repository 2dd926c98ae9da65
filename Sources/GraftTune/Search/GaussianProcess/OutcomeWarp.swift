import Foundation
import GraftMetrics

/// Makes costs fit for a Gaussian process: mean 0, variance 1, no heavy tail on the bad side.
///
/// The better half keeps its distances. The worse half keeps its order only: a cost there becomes what a normal distribution would have at
/// its rank, the middle being the median and the spread that of the better half. So one diverged trial does not flatten the differences
/// between good ones (the half-rank warping of Song and others: *The Vizier Gaussian Process Bandit Algorithm*, 2024).
enum OutcomeWarp {
  /// The costs, finite or not, as numbers with mean 0 and variance 1; all 0 where they are all equal.
  static func standardized(_ costs: [Double]) -> [Double] {
    let bounded = costs.map { $0.isNaN ? .greatestFiniteMagnitude : max($0, -.greatestFiniteMagnitude) }
    guard let largest = bounded.map(abs).filter(\.isFinite).max(), largest > 0 else {
      return costs.map { _ in 0 }
    }
    // Huge numbers must not overflow when they are squared.
    return scaled(halfRanked(bounded.map { $0 / largest }))
  }

  private static func halfRanked(_ costs: [Double]) -> [Double] {
    let sorted = costs.sorted()
    let median = sorted[(sorted.count - 1) / 2]
    let better = costs.filter { $0 <= median }
    let spread = (better.reduce(0) { $0 + ($1 - median) * ($1 - median) } / Double(better.count)).squareRoot()
    guard spread > 0 else { return costs.map { min($0, median + 1) } }
    return costs.map { cost in
      guard cost > median else { return cost }
      let (below, upTo) = (sorted.partition(before: cost), sorted.partition(after: cost))
      let level = Double(below + upTo) / 2 / Double(sorted.count)
      return median + spread * NormalDistribution.quantile(level)
    }
  }

  private static func scaled(_ values: [Double]) -> [Double] {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    guard deviation > 1e-12 * (abs(mean) + deviation) else { return values.map { _ in 0 } }
    return values.map { ($0 - mean) / deviation }
  }
}

extension [Double] {
  /// How many of sorted numbers are less than a value.
  fileprivate func partition(before value: Double) -> Int { firstIndex { $0 >= value } ?? count }
  /// How many of sorted numbers are not greater than a value.
  fileprivate func partition(after value: Double) -> Int { firstIndex { $0 > value } ?? count }
}
