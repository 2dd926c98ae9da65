import GraftMetrics
import GraftTensor

/// How much each hyperparameter matters for an objective: the part of its variance that the hyperparameter explains alone, all others averaged
/// out.
///
/// ```swift
/// print(ParameterImportance(of: history))
/// ```
/// ```
/// hyperparameter    importance
/// ----------------------------
/// rate           0.71 ± 0.08
/// mirror         0.12 ± 0.05
/// ```
///
/// A forest of regression trees is fitted to the trials, and each tree's variance over the whole space is taken apart (functional analysis of
/// variance; Hutter, Hoos & Leyton-Brown, *An Efficient Approach for Assessing Hyperparameter Importance*, ICML 2014). What is missing to one is
/// due to combinations. Few trials tell little: from about ten for each hyperparameter on the order can be believed.
///
/// Stopped trials count with their last report, failed ones do not. Where a hyperparameter does not exist it is taken to be in the middle of its
/// range.
public struct ParameterImportance: Sendable, Hashable {
  /// What one hyperparameter explains.
  public struct Entry: Sendable, Hashable {
    /// The hyperparameter's name.
    public let name: String
    /// From 0 to 1: the mean over the trees.
    public let share: Double
    /// The standard deviation over the trees.
    public let deviation: Double
  }

  /// The most important first.
  public let entries: [Entry]

  /// Takes the variance of one objective apart.
  ///
  /// - Parameters:
  ///   - history: with at least two observations of different values; else no hyperparameter explains anything: all shares are 0.
  ///   - objective: which; traps if there is none of that index. Default: the first.
  ///   - trees: how many; traps unless positive. Default: 64.
  ///   - seed: for the samples of each tree.
  public init(of history: SearchHistory, objective: Int = 0, trees: Int = 64, seed: UInt64 = 0) {
    require(
      history.objectives.indices.contains(objective),
      "ParameterImportance: objective \(objective) of \(history.objectives.count)")
    require(trees > 0, "ParameterImportance: \(trees) trees")
    let observations = history.observations.filter { $0.costs[objective].isFinite }
    let points = observations.map { history.space.point(of: $0.configuration).map { $0 ?? 0.5 } }
    let costs = observations.map { $0.costs[objective] }
    let count = history.space.dimensions.count
    var shares: [[Double]] = []
    if points.count >= 2 {
      for tree in 0..<trees {
        var generator = RandomGenerator(seed: seed, stream: UInt64(tree))
        let sample = points.indices.map { _ in generator.integer(below: points.count) }
        let (total, marginal) = RegressionTree(
          sample.map { points[$0] }, sample.map { costs[$0] }, leastCount: 1,
          candidates: max(1, (5 * count + 5) / 6),
          using: &generator
        ).variances()
        if total > 0 { shares.append(marginal.map { $0 / total }) }
      }
    }
    entries = history.space.dimensions.enumerated().map { index, dimension in
      let own = shares.map { $0[index] }
      let mean = own.isEmpty ? 0 : own.reduce(0, +) / Double(own.count)
      let squares = own.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
      let deviation = own.isEmpty ? 0 : (squares / Double(own.count)).squareRoot()
      return Entry(name: dimension.name, share: mean, deviation: deviation)
    }.sorted { $0.share > $1.share }
  }
}

extension ParameterImportance: CustomStringConvertible {
  /// A table, the most important first.
  public var description: String {
    var table = TextTable(header: ["hyperparameter", "importance"])
    for entry in entries {
      let (share, deviation) = (
        TextTable.number(entry.share, decimals: 2), TextTable.number(entry.deviation, decimals: 2)
      )
      table.add([entry.name, "\(share) ± \(deviation)"])
    }
    return table.description
  }
}
