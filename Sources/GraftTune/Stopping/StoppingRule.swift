/// What becomes of a trial that has just reported.
public enum StoppingVerdict: Sendable, Hashable {
  /// It runs on.
  case goOn
  /// It waits, to be carried on if it proves to be one of the best.
  case pause
  /// It ends here; its reports count.
  case stop
}

/// Ends hopeless trials early.
///
/// A rule is a value without state: what it says depends on nothing but the records it is given. So a study that was interrupted goes
/// on as it would have. Rules look at reports, which are of the first objective.
///
/// Two rules make one with ``or(_:)``.
public protocol StoppingRule: Sendable {
  /// What becomes of a trial that has just reported.
  ///
  /// - Parameters:
  ///   - trial: the trial; its last report is the new one.
  ///   - trials: all trials by number, this one included.
  ///   - objective: what the reports are of.
  func verdict(on trial: TrialRecord, among trials: [TrialRecord], objective: Objective) -> StoppingVerdict

  /// The number of a paused trial that is to be carried on now; `nil` if none is. Default: none.
  ///
  /// - Parameters:
  ///   - trials: all trials by number.
  ///   - objective: what the reports are of.
  ///   - isFinal: whether nothing runs and nothing new will begin, so that what stays paused now stays so for good.
  func promotion(among trials: [TrialRecord], objective: Objective, isFinal: Bool) -> Int?
}

extension StoppingRule {
  public func promotion(among trials: [TrialRecord], objective: Objective, isFinal: Bool) -> Int? { nil }

  /// A rule that stops what either of two stops, and pauses what either pauses.
  public func or(_ other: some StoppingRule) -> some StoppingRule { EitherRule(first: self, second: other) }
}

private struct EitherRule<First: StoppingRule, Second: StoppingRule>: StoppingRule {
  let first: First
  let second: Second

  func verdict(on trial: TrialRecord, among trials: [TrialRecord], objective: Objective) -> StoppingVerdict {
    let verdicts = [
      first.verdict(on: trial, among: trials, objective: objective),
      second.verdict(on: trial, among: trials, objective: objective),
    ]
    if verdicts.contains(.stop) { return .stop }
    return verdicts.contains(.pause) ? .pause : .goOn
  }

  func promotion(among trials: [TrialRecord], objective: Objective, isFinal: Bool) -> Int? {
    first.promotion(among: trials, objective: objective, isFinal: isFinal)
      ?? second.promotion(among: trials, objective: objective, isFinal: isFinal)
  }
}
