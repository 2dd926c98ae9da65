import GraftMetrics
import GraftTensor

/// Pretrained models in the order in which they promise to suit a data set. Printed, it is a table.
public struct PretrainedRanking: Sendable, Hashable {
  /// A model with its scores.
  public struct Entry: Sendable, Hashable {
    /// The candidate's name.
    public let name: String
    /// How many features it computes.
    public let featureCount: Int
    /// The scores that could be computed.
    public let scores: [TransferabilityScore: Double]

    /// A score; `nil` for LEEP and NCE of a candidate without its pretrained head.
    public subscript(score: TransferabilityScore) -> Double? { scores[score] }
  }

  /// What the order goes by.
  public let score: TransferabilityScore

  /// The candidates, the best first; those without that score at the end, in the order in which they were given.
  public let entries: [Entry]

  /// The first; `nil` if there are no candidates.
  public var best: Entry? { entries.first }

  init(score: TransferabilityScore, candidates: [Entry]) {
    self.score = score
    let order = candidates.indices.sorted {
      let (left, right) = (candidates[$0][score] ?? -.infinity, candidates[$1][score] ?? -.infinity)
      return left == right ? $0 < $1 : left > right
    }
    entries = order.map { candidates[$0] }
  }
}

extension PretrainedRanking: CustomStringConvertible {
  /// A line for each model, the best first, with those scores that at least one of them has.
  public var description: String {
    let shown = TransferabilityScore.allCases.filter { score in entries.contains { $0[score] != nil } }
    var table = TextTable(header: ["model", "features"] + shown.map(\.rawValue))
    for entry in entries {
      table.add(
        [entry.name, "\(entry.featureCount)"]
          + shown.map { score in entry[score].map { TextTable.number($0) } ?? "–" })
    }
    return table.description
  }
}

/// Why pretrained models can't be ranked.
public enum PretrainedRankingError: GraftError, Hashable {
  /// A model's features, or its pretrained head's probabilities, have a NaN or an infinity in them.
  case notFinite(model: String)

  /// Which model it is, and what to look for.
  public var description: String {
    switch self {
    case .notFinite(let model):
      return "\(model) computes features or probabilities that are not finite. "
        + "Check its weights, and that its inputs are prepared as they expect."
    }
  }
}

/// Chooses among pretrained models for a data set before any of them is trained.
///
/// Each model runs once over the samples; what its features, and its own head if it has one, say about the labels becomes
/// scores, of which one gives the order.
///
/// ```swift
/// let ranking = try rankPretrained([
///   PretrainedCandidate("ResNet-18", resNet, on: photos.normalized(by: .imageNet), sourceHead: resNet.head),
///   PretrainedCandidate("MobileNet v2", mobileNet, on: photos.normalized(by: .symmetric)),
/// ])
/// print(ranking)
/// ```
///
/// Give it the training part alone, some hundred samples or some thousand; they cost n·features² or n²·features operations, whichever is less.
/// A score is an estimate: where two models are close, train both.
///
/// - Parameters:
///   - candidates: models with the same samples in the same order; traps if their labels differ.
///   - score: what the order goes by. Default: LogME.
///   - batchSize: samples in one forward pass.
///   - progress: called after each batch with the model's name and the numbers of samples done and to do.
/// - Throws: ``PretrainedRankingError`` if a model computes numbers that are not finite.
public func rankPretrained(
  _ candidates: [PretrainedCandidate], by score: TransferabilityScore = .logME, batchSize: Int = 64,
  progress: (_ name: String, _ done: Int, _ total: Int) -> Void = { _, _, _ in }
) throws -> PretrainedRanking {
  for candidate in candidates {
    require(
      candidate.labels == candidates[0].labels,
      "rankPretrained: \(candidate.name) has other labels than \(candidates[0].name)")
  }
  let entries = try candidates.map { candidate in
    let outputs = candidate.outputs(batchSize) { progress(candidate.name, $0, $1) }
    let tensors = [outputs.features, outputs.sourceProbabilities].compactMap { $0 }
    guard tensors.allSatisfy({ $0.scalars.allSatisfy(\.isFinite) }) else {
      throw PretrainedRankingError.notFinite(model: candidate.name)
    }
    let scores = TransferabilityScore.allCases.compactMap { score in
      score.value(
        features: outputs.features, sourceProbabilities: outputs.sourceProbabilities,
        labels: candidate.labels
      ).map { (score, $0) }
    }
    return PretrainedRanking.Entry(
      name: candidate.name, featureCount: outputs.features.shape[1],
      scores: Dictionary(uniqueKeysWithValues: scores))
  }
  return PretrainedRanking(score: score, candidates: entries)
}
