import GraftTensor

/// Stops a trial that no longer gets better.
///
/// It looks at nothing but the trial itself, and a trial that it stops is not complete. Where the best moment of a run is its result,
/// let the objective end by itself, with `EarlyStopping`, and return that.
public struct Patience: StoppingRule, Hashable {
  /// How many reports in a row may be no better than the best before them.
  public let reports: Int
  /// By how much the best must be beaten.
  public let minimumImprovement: Double

  /// - Parameters:
  ///   - reports: the trial is stopped with the last of so many reports in a row that do not beat the best. Traps unless positive.
  ///   - minimumImprovement: by how much they have to. Traps unless finite and not negative.
  public init(reports: Int, minimumImprovement: Double = 0) {
    require(reports > 0, "Patience: \(reports) reports")
    require(
      minimumImprovement.isFinite && minimumImprovement >= 0,
      "Patience: a minimum improvement of \(minimumImprovement)")
    self.reports = reports
    self.minimumImprovement = minimumImprovement
  }

  public func verdict(
    on trial: TrialRecord, among trials: [TrialRecord], objective: Objective
  ) -> StoppingVerdict {
    var best = Double.infinity
    var stale = 0
    for report in trial.reports {
      let cost = objective.cost(of: report.value)
      // The first is better than nothing.
      if best.isInfinite || best - cost > minimumImprovement {
        best = cost
        stale = 0
      } else {
        stale += 1
      }
    }
    return stale >= reports ? .stop : .goOn
  }
}
