import GraftTensor

/// Gives many trials a few steps and the best of them more, again and again.
///
/// There are rungs at steps `r`, `r·η`, `r·η²` … below the full length `R`; of those that reach a rung, the best 1/η go on. Nobody waits
/// for a rung to fill: it is judged by those that came so far. Asynchronous successive halving: Li, Jamieson, Rostamizadeh, Gonina, Hardt,
/// Recht, Talwalkar: *A System for Massively Parallel Hyperparameter Tuning*, MLSys 2020.
///
/// ```swift
/// let study = try Study(space, .maximize("accuracy"), method: RandomSearch(), seed: 1, stopping: SuccessiveHalving(steps: 1...27))
/// ```
public struct SuccessiveHalving: StoppingRule, Hashable {
  /// What happens at a rung.
  public enum Manner: Sendable, Hashable {
    /// A trial that is among the best so far runs on, any other is stopped for good. The objective needs to do nothing but report.
    case stopping
    /// Each trial pauses, and is carried on when it proves to be among the best: the algorithm of the paper, which forgives a late bloomer.
    /// The objective saves its state when it reports and takes it up from ``Trial/checkpoint``.
    case pausing
  }

  /// The steps at which trials are compared, ascending.
  public let rungs: [Int]
  /// One in so many goes on from a rung.
  public let factor: Int
  /// What happens at a rung.
  public let manner: Manner

  /// - Parameters:
  ///   - steps: the first rung, and the step with which a trial ends by itself. Traps unless the first is positive.
  ///   - factor: one in so many goes on from a rung, and the next rung is so many times as far. Traps if below 2.
  ///   - manner: what happens at a rung.
  public init(steps: ClosedRange<Int>, factor: Int = 3, manner: Manner = .stopping) {
    require(steps.lowerBound > 0, "SuccessiveHalving: a first rung at step \(steps.lowerBound)")
    require(factor >= 2, "SuccessiveHalving: one in \(factor) goes on")
    var rungs: [Int] = []
    var rung = steps.lowerBound
    while rung < steps.upperBound {
      rungs.append(rung)
      let (next, isTooFar) = rung.multipliedReportingOverflow(by: factor)
      if isTooFar { break }
      rung = next
    }
    self.rungs = rungs
    self.factor = factor
    self.manner = manner
  }

  public func verdict(
    on trial: TrialRecord, among trials: [TrialRecord], objective: Objective
  ) -> StoppingVerdict {
    guard let rung = rung(of: trial), (trial.reports.dropLast().last?.step ?? 0) < rung,
      let own = trial.cost(at: rung, objective)
    else { return .goOn }
    guard manner == .stopping else { return .pause }
    let costs = trials.compactMap { $0.cost(at: rung, objective) }
    let better = costs.count { $0 < own }
    // While fewer than one in `factor` make a whole trial, the best one goes on.
    return better < max(1, costs.count / factor) ? .goOn : .stop
  }

  /// The best trial that waits at the highest rung where one of the best 1/η waits. When nothing else is left to do, the best of each rung
  /// counts among them, however few came there: so at least one trial is carried on to its end.
  public func promotion(among trials: [TrialRecord], objective: Objective, isFinal: Bool) -> Int? {
    guard manner == .pausing else { return nil }
    return promotion(among: trials, objective, leastQuota: 0)
      ?? (isFinal ? promotion(among: trials, objective, leastQuota: 1) : nil)
  }

  private func promotion(among trials: [TrialRecord], _ objective: Objective, leastQuota: Int) -> Int? {
    for rung in rungs.reversed() {
      let ranked =
        trials.compactMap { trial in trial.cost(at: rung, objective).map { (cost: $0, trial: trial) } }
        .sorted { ($0.cost, $0.trial.number) < ($1.cost, $1.trial.number) }
      let best = ranked.prefix(max(leastQuota, ranked.count / factor))
      if let next = best.first(where: { $0.trial.state == .paused && self.rung(of: $0.trial) == rung }) {
        return next.trial.number
      }
    }
    return nil
  }

  /// The highest rung that a trial has come to.
  private func rung(of trial: TrialRecord) -> Int? {
    trial.reports.last.flatMap { last in rungs.last { $0 <= last.step } }
  }
}

extension TrialRecord {
  /// The first report from a step on, small being good.
  fileprivate func cost(at rung: Int, _ objective: Objective) -> Double? {
    reports.first { $0.step >= rung }.map { objective.cost(of: $0.value) }
  }
}
