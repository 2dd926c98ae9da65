import Foundation
import GraftMetrics

/// What a ``BatchSizeFinder`` found. Printed, it is a table of the trials and the size.
public struct BatchSizeSearch: Sendable, Hashable {
  /// One size that was tried.
  public struct Trial: Sendable, Hashable {
    /// The number of samples in a batch.
    public let batchSize: Int
    /// The most bytes that tensors held at once, in two steps of training.
    public let peakBytes: Int
  }

  /// The most bytes that tensors may hold at once.
  public let budget: Int

  /// The largest size that would have been tried.
  public let limit: Int

  /// The trials in their order.
  public let trials: [Trial]

  /// The largest trial that stayed within the budget; `nil` if none did.
  public var best: Trial? {
    trials.filter { $0.peakBytes <= budget }.max { $0.batchSize < $1.batchSize }
  }

  /// The largest size that fits; `nil` if not even the smallest does.
  public var batchSize: Int? { best?.batchSize }
}

extension BatchSizeSearch: CustomStringConvertible {
  /// A line for each trial, the smallest size first, and what follows from them.
  public var description: String {
    var table = TextTable(header: ["batch size", "peak MiB", ""])
    for trial in trials.sorted(by: { $0.batchSize < $1.batchSize }) {
      let note = trial.peakBytes > budget ? "too much" : trial.batchSize == batchSize ? "largest" : ""
      table.add(["\(trial.batchSize)", BatchSizeSearch.mebibytes(trial.peakBytes), note])
    }
    let budget = "\(BatchSizeSearch.mebibytes(budget)) MiB"
    let result =
      switch batchSize {
      case nil: "No batch fits into \(budget)."
      case limit?: "A batch of \(limit), the most that was asked for, fits into \(budget)."
      case let size?: "Up to \(size) samples fit into \(budget)."
      }
    return "\(table)\n\(result)"
  }

  private static func mebibytes(_ bytes: Int) -> String {
    TextTable.number(Double(bytes) / 1_048_576, decimals: 1)
  }
}
