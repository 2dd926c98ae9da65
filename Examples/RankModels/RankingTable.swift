import Foundation
import Graft

/// A ranking beside the accuracies that were reached, as a table in Markdown.
struct RankingTable: CustomStringConvertible {
  private let ranking: PretrainedRanking
  private let accuracies: [String: Double]

  init(_ ranking: PretrainedRanking, _ accuracies: [String: Double]) {
    (self.ranking, self.accuracies) = (ranking, accuracies)
  }

  var description: String {
    let scores = TransferabilityScore.allCases
    let header = ["network", "features"] + scores.map(\.rawValue) + ["accuracy of a linear head"]
    var lines = [header, header.map { _ in "---" }]
    for entry in ranking.entries {
      let numbers = scores.map { entry[$0] } + [accuracies[entry.name]]
      lines.append([entry.name, "\(entry.featureCount)"] + numbers.map(text))
    }
    lines.append(["rank correlation with the accuracy", ""] + scores.map { text(correlation($0)) } + [""])
    return lines.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
  }

  private func text(_ number: Double?) -> String { number.map { String(format: "%.3f", $0) } ?? "–" }

  /// Spearman's, over the networks that have the score, of which there have to be three to say anything.
  private func correlation(_ score: TransferabilityScore) -> Double? {
    let pairs = ranking.entries.compactMap { entry in
      entry[score].flatMap { value in accuracies[entry.name].map { (Float(value), Float($0)) } }
    }
    guard pairs.count > 2 else { return nil }
    return RegressionScores(predictions: Tensor(pairs.map(\.0)), targets: Tensor(pairs.map(\.1)))
      .spearmanCorrelation
  }
}
