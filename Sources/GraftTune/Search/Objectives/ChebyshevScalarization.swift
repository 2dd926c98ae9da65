import Foundation
import GraftTensor

/// One cost of several, by which one point of the Pareto front is best.
///
/// Each objective is brought to 0…1 by its range so far; then max wᵢ cᵢ + 0.05 Σ wᵢ cᵢ, with new random weights for each trial, so that the
/// trials go for different parts of the front. Knowles: *ParEGO*, IEEE Transactions on Evolutionary Computation 10, 2006.
enum ChebyshevScalarization {
  /// One number for each observation, of which each has the same number of costs.
  static func costs(_ costs: [[Double]], using generator: inout RandomGenerator) -> [Double] {
    guard let count = costs.first?.count, count > 1 else { return costs.map { $0.first ?? 0 } }
    let weights = generator.dirichlet(count: count, concentration: 1)
    let ranges = (0..<count).map { objective in
      let values = costs.map { $0[objective] }
      return (values.min() ?? 0, values.max() ?? 0)
    }
    return costs.map { costs in
      let weighted = (0..<count).map { objective in
        let (low, high) = ranges[objective]
        return high > low ? weights[objective] * (costs[objective] - low) / (high - low) : 0
      }
      return (weighted.max() ?? 0) + 0.05 * weighted.reduce(0, +)
    }
  }
}
