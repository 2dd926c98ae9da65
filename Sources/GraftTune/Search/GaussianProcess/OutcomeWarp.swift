import Foundation

/// Makes costs fit for a Gaussian process: mean 0, variance 1, no heavy tail on the bad side.
///
/// One diverged trial must not flatten the differences between good ones. So the better half keeps its distances, and so does what is up to
/// half a spread worse than the median, a spread being the root mean square distance of the better half to the median; further costs
/// approach two and a half spreads, in their order.
enum OutcomeWarp {
  /// The costs, finite or not, as numbers with mean 0 and variance 1; all 0 where they are all equal.
  static func standardized(_ costs: [Double]) -> [Double] {
    let bounded = costs.map { cost in
      let largest = Double.greatestFiniteMagnitude
      return cost.isNaN ? largest : min(max(cost, -largest), largest)
    }
    return scaled(limited(bounded))
  }

  /// Distances from the median in spreads. Differences are those of halves, so that none overflows.
  private static func limited(_ costs: [Double]) -> [Double] {
    let sorted = costs.sorted()
    guard let best = sorted.first, let worst = sorted.last else { return [] }
    let median = sorted[(sorted.count - 1) / 2]
    let range = median > best ? median / 2 - best / 2 : worst / 2 - median / 2
    guard range > 0 else { return costs.map { _ in 0 } }
    let distances = costs.map { ($0 / 2 - median / 2) / range }
    let better = distances.filter { $0 <= 0 }
    let square = better.reduce(0) { $0 + $1 * $1 } / Double(better.count)
    let spread = square > 0 ? square.squareRoot() : 1
    return distances.map { distance in
      let spreads = distance / spread
      return spreads <= 0.5 ? spreads : 0.5 + 2 * (1 - exp((0.5 - spreads) / 2))
    }
  }

  private static func scaled(_ values: [Double]) -> [Double] {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    guard deviation > 0 else { return values.map { _ in 0 } }
    return values.map { ($0 - mean) / deviation }
  }
}
