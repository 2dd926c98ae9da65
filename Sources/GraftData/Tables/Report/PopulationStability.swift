import Foundation
import GraftTensor

/// The population stability index: how far the shares of a sample's values are from those of a reference.
///
/// The sum over all bins of (q − p) ln(q / p), where p is the bin's share of the reference and q that of the sample. Practice takes up to 0.1 for no change
/// and more than 0.25 for a large one (Siddiqi: *Credit Risk Scorecards*, 2006). Empty bins would make it infinite: shares below `leastShare` count as that.
public enum PopulationStability {
  /// Shares that are smaller count as this one, unless another is given: 0.0001.
  public static let leastShare = 1e-4

  /// The index for numbers, in bins between the quantiles of the reference.
  ///
  /// Bins hold their upper bound and not their lower one; the first and the last have no end. Quantiles that are the same make one bound. Missing values (NaN) are a
  /// bin of their own.
  ///
  /// - Parameters:
  ///   - sample: the numbers that may have drifted.
  ///   - reference: the numbers that they are held against.
  ///   - bins: how many bins there are at most. Traps unless it is positive.
  ///   - leastShare: what empty bins count as. Traps unless it is in 0…1 and not 0.
  /// - Returns: `nil` if one of them is empty.
  public static func index(
    of sample: [Double], against reference: [Double], bins: Int = 10, leastShare: Double = leastShare
  ) -> Double? {
    requirePositive(bins: bins, leastShare: leastShare)
    guard !sample.isEmpty, !reference.isEmpty else { return nil }
    var edges: [Double] = []
    if let summary = NumberSummary(reference) {
      for level in 1..<max(bins, 1) {
        let edge = summary.quantile(Double(level) / Double(bins))
        if edges.last != edge { edges.append(edge) }
      }
    }
    func counts(_ numbers: [Double]) -> [Int] {
      var counts = [Int](repeating: 0, count: edges.count + 2)
      for number in numbers { counts[number.isNaN ? edges.count + 1 : binOf(number, edges)] += 1 }
      return counts
    }
    return index(counts(sample), counts(reference), leastShare)
  }

  /// The index for categories, each a bin; `nil` as a category is a missing value.
  ///
  /// - Returns: `nil` if one of them is empty.
  public static func index(
    of sample: [String?], against reference: [String?], leastShare: Double = leastShare
  ) -> Double? {
    requirePositive(bins: 1, leastShare: leastShare)
    guard !sample.isEmpty, !reference.isEmpty else { return nil }
    func counts(_ categories: [String?]) -> [String?: Int] {
      Dictionary(categories.map { ($0, 1) }, uniquingKeysWith: +)
    }
    let (found, expected) = (counts(sample), counts(reference))
    // In one order, so that sums round the same way every time.
    let bins = Set(found.keys).union(expected.keys).sorted {
      ($0 == nil ? 1 : 0, $0 ?? "") < ($1 == nil ? 1 : 0, $1 ?? "")
    }
    return index(bins.map { found[$0] ?? 0 }, bins.map { expected[$0] ?? 0 }, leastShare)
  }

  private static func index(_ sample: [Int], _ reference: [Int], _ leastShare: Double) -> Double {
    func shares(_ counts: [Int]) -> [Double] {
      let total = Double(counts.reduce(0, +))
      return counts.map { max(Double($0) / total, leastShare) }
    }
    return zip(shares(sample), shares(reference)).reduce(0) { $0 + ($1.0 - $1.1) * log($1.0 / $1.1) }
  }

  /// The number of bounds below a number.
  private static func binOf(_ number: Double, _ edges: [Double]) -> Int {
    var (low, high) = (0, edges.count)
    while low < high {
      let middle = (low + high) / 2
      if edges[middle] < number { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private static func requirePositive(bins: Int, leastShare: Double) {
    require(bins > 0, "PopulationStability: \(bins) bins")
    require(
      leastShare > 0 && leastShare <= 1, "PopulationStability: least share \(leastShare) is not in 0...1")
  }
}
