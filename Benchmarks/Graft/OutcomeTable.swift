import Foundation
import GraftMetrics

/// The readable form of the results.
struct OutcomeTable: CustomStringConvertible {
  let limits: [MachineLimits]
  let outcomes: [Outcome]

  /// What the machine can do at most, a line for each number of threads.
  static func describe(_ limits: [MachineLimits]) -> String {
    limits.map { limit in
      String(
        format: "%d thread%@: at most %.0f GFLOP/s, copies %.1f GB/s", limit.threads,
        limit.threads == 1 ? "" : "s", limit.gflops, limit.copyRate)
    }.joined(separator: "\n")
  }

  /// Each workload's time beside the limit for its number of threads.
  var description: String {
    var table = TextTable(
      header: [
        "work", "median", "fastest", "runs", "GFLOP/s", "of the limit", "peak MiB", "system allocations",
      ])
    for outcome in outcomes {
      let limit = limits.first { $0.threads == outcome.threads }?.gflops
      table.add([
        outcome.work, OutcomeTable.duration(outcome.seconds), OutcomeTable.duration(outcome.minimum),
        "\(outcome.runs)", outcome.gflops.map { TextTable.number($0, decimals: 1) } ?? "–",
        OutcomeTable.share(outcome.gflops, of: limit), TextTable.number(outcome.peakMemory, decimals: 0),
        "\(outcome.systemAllocations)",
      ])
    }
    let notes = outcomes.compactMap { outcome in
      outcome.beside.map {
        "\(outcome.work): forward and backward, for one recorded operation on 64 values; its arithmetic takes "
          + "\(OutcomeTable.duration($0)) more."
      }
    }
    let waits = outcomes.compactMap { outcome in
      outcome.waitingShare.map {
        String(format: "%@: %.2f %% of the time is spent waiting for the next batch.", outcome.work, 100 * $0)
      }
    }
    return
      ([table.description, ""] + notes + waits + [
        "system allocations: how often the timed, warm steps asked the system for memory."
      ]).joined(separator: "\n")
  }

  private static func share(_ gflops: Double?, of limit: Double?) -> String {
    guard let gflops, let limit else { return "–" }
    return String(format: "%.0f %%", 100 * gflops / limit)
  }

  /// `412 ns`, `8.31 ms`, `1.24 s`.
  static func duration(_ seconds: Double) -> String {
    switch seconds {
    case ..<1e-6: return String(format: "%.0f ns", seconds * 1e9)
    case ..<1e-3: return String(format: "%.1f µs", seconds * 1e6)
    case ..<1: return String(format: "%.2f ms", seconds * 1e3)
    default: return String(format: "%.2f s", seconds)
    }
  }
}
