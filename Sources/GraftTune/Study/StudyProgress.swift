import GraftMetrics

/// How far a study is: what its callback gets after each trial, and once more at the end.
public struct StudyProgress: Sendable {
  /// The trial that has just ended here, or paused; `nil` when the run is over.
  public let trial: TrialRecord?
  /// How many trials have ended or wait, in this run or before.
  public let completed: Int
  /// How many of them had before this run.
  public let earlier: Int
  /// How many the study is to have.
  public let total: Int
  /// How long this run has taken.
  public let elapsed: Duration
  /// The best one so far, by the first objective.
  public let best: TrialRecord?
  /// What is wanted.
  public let objectives: [Objective]

  init(trial: TrialRecord?, study: Study, total: Int, before: [TrialRecord], elapsed: Duration) {
    let trials = study.trials
    self.trial = trial
    self.elapsed = elapsed
    completed = trials.count { $0.state != .running }
    earlier = before.count { $0.state != .running }
    self.total = max(total, trials.count)
    best = Study.best(of: trials, study.objectives[0])
    objectives = study.objectives
  }
}

extension StudyProgress {
  /// `best accuracy 0.9412 (trial 12)`; empty before any trial is complete.
  public var summary: String {
    guard let best else { return "" }
    let values = zip(objectives, best.values).map { "\($0.name) \(Setting.number($1))" }
    return "best \(values.joined(separator: ", ")) (trial \(best.number))"
  }

  /// A callback that draws a ``ProgressLine``: trials, rate, time left and the best so far; a line of its own for each that failed.
  public static func line(_ title: String) -> (StudyProgress) -> Void {
    var line: ProgressLine?
    var drawn = 0
    return { progress in
      if line == nil {
        line = ProgressLine(
          title, total: progress.total, completed: min(progress.earlier, progress.total),
          elapsed: progress.elapsed)
        drawn = progress.earlier
      }
      if let trial = progress.trial, case .failed(let reason) = trial.state {
        line?.interrupt(with: "trial \(trial.number) failed: \(reason)")
      }
      // A trial that is carried on counts once.
      line?.advance(by: max(0, progress.completed - drawn), note: progress.summary)
      drawn = max(drawn, progress.completed)
      if progress.trial == nil { line?.finish() }
    }
  }
}
