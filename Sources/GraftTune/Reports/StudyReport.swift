import Foundation
import GraftMetrics
import GraftTensor

/// What came of a study, as tables to print and pictures to look at.
///
/// ```swift
/// let report = StudyReport(study.history)
/// print(report)                            // the best trials, and how much each hyperparameter matters
/// try report.write(to: folder)             // history.svg, slice-RATE.svg …, parallel.svg, importance.svg
/// ```
public struct StudyReport: Sendable, CustomStringConvertible {
  /// What is reported on.
  public let history: SearchHistory
  /// The index of the objective that trials are ranked by.
  public let objective: Int

  /// A report of one objective.
  ///
  /// - Parameters:
  ///   - history: a study's.
  ///   - objective: by which trials are ranked; traps if there is none of that index. Default: the first.
  public init(_ history: SearchHistory, objective: Int = 0) {
    require(
      history.objectives.indices.contains(objective),
      "StudyReport: objective \(objective) of \(history.objectives.count)")
    self.history = history
    self.objective = objective
  }

  /// Trials that ended, those that a rule stopped among them, with what is known of the objective; the best first, of equals the earlier.
  var ranked: [(trial: TrialRecord, value: Double)] {
    let wanted = history.objectives[objective]
    return history.trials.compactMap { trial in
      trial.knownValues(objectives: history.objectives.count).map { (trial, $0[objective]) }
    }.sorted { first, second in
      first.value == second.value
        ? first.trial.number < second.trial.number : wanted.isBetter(first.value, than: second.value)
    }
  }

  /// A summary, ``table(best:)`` of ten, and the importance of the hyperparameters.
  public var description: String {
    let counts = history.trials.reduce(into: [String: Int]()) { $0[$1.state.word, default: 0] += 1 }
    let states = ["complete", "stopped", "failed", "paused", "running"].compactMap { word in
      counts[word].map { "\($0) \(word)" }
    }
    let summary =
      "\(history.trials.count) trials" + (states.isEmpty ? "" : ": \(states.joined(separator: ", "))")
    return "\(summary)\n\n\(table())\n\n\(ParameterImportance(of: history, objective: objective))"
  }

  /// The best trials in a table: number, objectives, how it ended, settings; `–` for what does not exist.
  public func table(best count: Int = 10) -> String {
    let dimensions = history.space.dimensions
    var table = TextTable(
      header: ["trial"] + history.objectives.map(\.name) + dimensions.map(\.name) + ["state"])
    for (trial, _) in ranked.prefix(count) {
      let known = trial.knownValues(objectives: history.objectives.count) ?? []
      let values = known.map { StudyReport.text($0) }
      let settings = dimensions.map { trial.configuration.settings[$0.name]?.description ?? "–" }
      table.add(["\(trial.number)"] + values + settings + [trial.state.word])
    }
    return table.description
  }

  /// Writes the pictures into a folder, which is made if it is not there. Names of hyperparameters that make no file's name have `-` for
  /// what does not fit.
  public func write(to folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var files = [
      ("history", historySVG()), ("parallel", parallelCoordinatesSVG()), ("importance", importanceSVG()),
    ]
    files += history.space.dimensions.map { ("slice-\($0.name)", sliceSVG(of: $0.name)) }
    for (name, svg) in files {
      let safe = String(name.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "-" })
      try Data(svg.utf8).write(to: folder.appendingPathComponent("\(safe).svg"), options: .atomic)
    }
  }

  /// A figure with four significant digits.
  static func text(_ value: Double) -> String { String(format: "%.4g", value) }
}

extension TrialRecord.State {
  /// How reports call it.
  fileprivate var word: String {
    switch self {
    case .running: "running"
    case .paused: "paused"
    case .complete: "complete"
    case .stopped: "stopped"
    case .failed: "failed"
    }
  }
}
