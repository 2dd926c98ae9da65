import GraftTensor

/// Successive halving with several first rungs side by side, for when nobody knows how early a trial can be judged.
///
/// The trials are divided into brackets. In the boldest, the first rung is at step `r`; in the next at `r·η`, and so on; in the last one
/// every trial runs to its end. A bracket has as many trials as make its cost about that of any other. Li, Jamieson, DeSalvo,
/// Rostamizadeh, Talwalkar: *Hyperband: A Novel Bandit-Based Approach to Hyperparameter Optimization*, JMLR 18, 2018; with brackets that
/// are halved asynchronously, see ``SuccessiveHalving``.
///
/// Which bracket a trial belongs to follows from its number; brackets alternate, so that a small budget has some of each.
public struct Hyperband: StoppingRule, Hashable {
  /// How each bracket is halved, the boldest first.
  public let brackets: [SuccessiveHalving]

  /// The bracket of each trial of a round, as many as there are trials in all brackets.
  private let round: [Int]

  /// - Parameters:
  ///   - steps: the earliest rung, and the step with which a trial ends by itself. Traps unless the first is positive and the last
  ///     at most a million times as far.
  ///   - factor: one in so many goes on from a rung, and the next rung is so many times as far. Traps if below 2.
  ///   - manner: what happens at a rung.
  public init(steps: ClosedRange<Int>, factor: Int = 3, manner: SuccessiveHalving.Manner = .stopping) {
    let boldest = SuccessiveHalving(steps: steps, factor: factor, manner: manner)
    require(
      steps.upperBound / steps.lowerBound <= 1_000_000, "Hyperband: brackets for a trial of steps \(steps)")
    let starts = boldest.rungs + [steps.upperBound]
    brackets = starts.map {
      SuccessiveHalving(steps: $0...steps.upperBound, factor: factor, manner: manner)
    }
    let count = starts.count
    // n = ⌈(s + 1) / (k + 1) · ηᵏ⌉ trials in the bracket that is halved k times, of s + 1 brackets.
    let sizes = (0..<count).reversed().map { halvings in
      let trials = (0..<halvings).reduce(count) { product, _ in product * factor }
      return (trials + halvings) / (halvings + 1)
    }
    round = Hyperband.alternating(sizes)
  }

  /// The bracket of a trial: its place in ``brackets``.
  public func bracket(ofTrial number: Int) -> Int { round[number % round.count] }

  public func verdict(
    on trial: TrialRecord, among trials: [TrialRecord], objective: Objective
  ) -> StoppingVerdict {
    let bracket = bracket(ofTrial: trial.number)
    return brackets[bracket].verdict(on: trial, among: members(of: bracket, trials), objective: objective)
  }

  public func promotion(among trials: [TrialRecord], objective: Objective, isFinal: Bool) -> Int? {
    for (index, bracket) in brackets.enumerated() {
      let members = members(of: index, trials)
      if let number = bracket.promotion(among: members, objective: objective, isFinal: isFinal) {
        return number
      }
    }
    return nil
  }

  private func members(of bracket: Int, _ trials: [TrialRecord]) -> [TrialRecord] {
    trials.filter { self.bracket(ofTrial: $0.number) == bracket }
  }

  /// Places 0, 1 … as often as `sizes` says, each as evenly spread as can be: next is the one that is furthest behind its share.
  private static func alternating(_ sizes: [Int]) -> [Int] {
    let total = sizes.reduce(0, +)
    var counts = sizes.map { _ in 0 }
    return (1...total).map { position in
      let behind = sizes.indices.map { sizes[$0] * position - counts[$0] * total }
      let next = behind.indices.reduce(0) { behind[$1] > behind[$0] ? $1 : $0 }
      counts[next] += 1
      return next
    }
  }
}
