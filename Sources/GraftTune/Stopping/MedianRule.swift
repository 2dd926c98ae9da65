import GraftMetrics
import GraftTensor

/// Stops a trial whose best report so far is worse than the median of what earlier trials had on average by then.
///
/// A complete trial's average is that of its reports up to the step in question; trials that were stopped don't count, or the bar would
/// sink. Golovin, Solnik, Moitra, Kochanski, Karro, Sculley: *Google Vizier: A Service for Black-Box Optimization*, KDD 2017, section 3.2.
///
/// A good first rule: it needs to know nothing about the length of a trial, and in doubt lets it run.
public struct MedianRule: StoppingRule, Hashable {
  /// No trial is stopped before it is past this step.
  public let warmup: Int
  /// No trial is stopped before so many are complete.
  public let minimumTrials: Int

  /// - Parameters:
  ///   - warmup: steps in which no trial is stopped. Default: none. Traps if negative.
  ///   - minimumTrials: how many complete trials it takes to judge another. Traps unless positive.
  public init(warmup: Int = 0, minimumTrials: Int = 5) {
    require(warmup >= 0, "MedianRule: a warm-up of \(warmup) steps")
    require(minimumTrials > 0, "MedianRule: a median of \(minimumTrials) trials")
    self.warmup = warmup
    self.minimumTrials = minimumTrials
  }

  public func verdict(
    on trial: TrialRecord, among trials: [TrialRecord], objective: Objective
  ) -> StoppingVerdict {
    guard let step = trial.reports.last?.step, step > warmup else { return .goOn }
    let averages = trials.filter { $0.state == .complete }.compactMap { other -> Double? in
      let costs = other.reports.prefix { $0.step <= step }.map { objective.cost(of: $0.value) }
      return costs.isEmpty ? nil : costs.reduce(0, +) / Double(costs.count)
    }
    guard averages.count >= minimumTrials,
      let best = trial.reports.map({ objective.cost(of: $0.value) }).min()
    else { return .goOn }
    return best > quantile(1, of: 2, sorted: averages.sorted()) ? .stop : .goOn
  }
}
