import GraftTune
import Testing

@Suite struct StoppingRuleTests {
  private let loss = Objective.minimize("loss")
  private let accuracy = Objective.maximize("accuracy")

  private func verdict(
    _ rule: some StoppingRule, on reports: [Double], among others: [TrialRecord] = [], _ objective: Objective
  ) -> StoppingVerdict {
    let trial = TrialRecord.planned(others.count, .running, reports)
    return rule.verdict(on: trial, among: others + [trial], objective: objective)
  }

  // MARK: - Median

  @Test func theMedianOfAveragesIsTheBar() {
    // Averages up to step 2: 4, 3, 8, 6; their median 5. The fifth was stopped and doesn't count.
    let others = [
      TrialRecord.planned(0, .complete, [6, 2, 0]), .planned(1, .complete, [3, 3, 0]),
      .planned(2, .complete, [9, 7, 0]), .planned(3, .complete, [7, 5]), .planned(4, .stopped, [1, 1]),
    ]
    let rule = MedianRule(minimumTrials: 4)
    #expect(verdict(rule, on: [9, 5.01], among: others, loss) == .stop)
    #expect(verdict(rule, on: [9, 5], among: others, loss) == .goOn)
    // Its best is what counts, not its last.
    #expect(verdict(rule, on: [4.9, 20], among: others, loss) == .goOn)
    #expect(verdict(rule, on: [1, 5.01], among: others, accuracy) == .goOn)
    #expect(verdict(rule, on: [1, 4.99], among: others, accuracy) == .stop)
  }

  @Test func theMedianRuleWaits() {
    let others = (0..<4).map { TrialRecord.planned($0, .complete, [1, 1, 1]) }
    #expect(verdict(MedianRule(), on: [9], among: others, loss) == .goOn)
    #expect(verdict(MedianRule(minimumTrials: 4), on: [9], among: others, loss) == .stop)
    let warm = MedianRule(warmup: 2, minimumTrials: 4)
    #expect(verdict(warm, on: [9, 9], among: others, loss) == .goOn)
    #expect(verdict(warm, on: [9, 9, 9], among: others, loss) == .stop)
  }

  // MARK: - Patience

  @Test func patienceRunsOut() {
    let rule = Patience(reports: 2, minimumImprovement: 0.1)
    #expect(verdict(rule, on: [5, 4, 3], loss) == .goOn)
    // 3 → 2.95 → 2.91: neither beats 3 by more than 0.1; with 2.8 patience begins anew.
    #expect(verdict(rule, on: [5, 3, 2.95], loss) == .goOn)
    #expect(verdict(rule, on: [5, 3, 2.95, 2.91], loss) == .stop)
    #expect(verdict(rule, on: [5, 3, 2.95, 2.8, 2.8], loss) == .goOn)
    #expect(verdict(Patience(reports: 2), on: [3, 3, 3], loss) == .stop)
    #expect(verdict(rule, on: [0.5, 0.55, 0.56], accuracy) == .stop)
    #expect(verdict(rule, on: [0.5, 0.55, 0.65], accuracy) == .goOn)
  }

  // MARK: - Successive halving

  @Test func rungsAreMultiples() {
    #expect(SuccessiveHalving(steps: 1...27).rungs == [1, 3, 9])
    #expect(SuccessiveHalving(steps: 2...17, factor: 2).rungs == [2, 4, 8, 16])
    #expect(SuccessiveHalving(steps: 5...5).rungs == [])
    #expect(SuccessiveHalving(steps: 1...Int.max, factor: 2).rungs.last == 1 << 62)
  }

  @Test func oneInThreeRunsPastARung() {
    let rule = SuccessiveHalving(steps: 1...27)
    // The first goes on, and then whoever is the best; of six the best two.
    #expect(verdict(rule, on: [5], loss) == .goOn)
    let five = [4.0, 6, 2, 7, 8].enumerated().map { TrialRecord.planned($0.offset, .running, [$0.element]) }
    #expect(verdict(rule, on: [5], among: Array(five.prefix(1)), loss) == .stop)
    #expect(verdict(rule, on: [3], among: five, loss) == .goOn)
    #expect(verdict(rule, on: [4.5], among: five, loss) == .stop)
    // One in three of four or five is one.
    #expect(verdict(rule, on: [5], among: Array(five.prefix(3)), loss) == .stop)
    #expect(verdict(rule, on: [3], among: Array(five.prefix(4)), loss) == .stop)
    #expect(verdict(rule, on: [7.5], among: five, accuracy) == .goOn)
    #expect(verdict(rule, on: [6.5], among: five, accuracy) == .stop)
    // Between rungs nothing happens; whoever stops with one goes on.
    #expect(verdict(rule, on: [3, 99], among: five, loss) == .goOn)
  }

  @Test func aRungIsReachedByTheFirstReportFromIt() {
    let rule = SuccessiveHalving(steps: 2...16, factor: 2)
    func trial(_ number: Int, _ reports: [(Int, Double)]) -> TrialRecord {
      TrialRecord(
        number: number, configuration: Configuration([:]),
        reports: reports.map { TrialRecord.Report(step: $0.0, value: $0.1) })
    }
    let other = trial(0, [(3, 1), (6, 1)])
    for (reports, expected) in [
      ([(3, 2.0)], StoppingVerdict.stop), ([(3, 0.5), (6, 2)], .stop), ([(4, 0.5), (7, 2)], .goOn),
    ] {
      let own = trial(1, reports)
      #expect(rule.verdict(on: own, among: [other, own], objective: loss) == expected)
    }
  }

  @Test func theBestThatWaitIsCarriedOn() {
    let rule = SuccessiveHalving(steps: 1...27, manner: .pausing)
    #expect(verdict(rule, on: [5], loss) == .pause)
    #expect(verdict(rule, on: [5, 4], loss) == .goOn)
    #expect(verdict(rule, on: [5, 4, 3], loss) == .pause)
    func promotion(_ trials: [TrialRecord], isFinal: Bool = false) -> Int? {
      rule.promotion(among: trials, objective: loss, isFinal: isFinal)
    }
    var trials = [5.0, 3, 4].enumerated().map { TrialRecord.planned($0.offset, .paused, [$0.element]) }
    #expect(promotion(Array(trials.prefix(2))) == nil)
    #expect(promotion(trials) == 1)
    trials[1] = .planned(1, .paused, [3, 2, 1])
    // One in three has gone on from the first rung, and none of one from the second: unless there is nothing else to do.
    #expect(promotion(trials) == nil)
    #expect(promotion(trials, isFinal: true) == 1)
    trials[1] = .planned(1, .complete, [3, 2, 1])
    #expect(promotion(trials, isFinal: true) == nil)
    // The higher rung first: of three on the second the best, then of six on the first the two best, of which one has left.
    trials += [
      .planned(3, .paused, [4.5, 2, 2]), .planned(4, .paused, [6, 2, 3]), .planned(5, .paused, [3.5]),
    ]
    trials[1] = .planned(1, .paused, [3, 2, 4])
    #expect(promotion(trials) == 3)
    trials[3] = .planned(3, .running, [4.5, 2, 2])
    #expect(promotion(trials) == 5)
  }

  @Test func theBestThatWaitHasTheLargestValueWhereThatIsWanted() {
    let rule = SuccessiveHalving(steps: 1...27, manner: .pausing)
    func promotion(_ values: [Double], _ objective: Objective) -> Int? {
      let trials = values.enumerated().map { TrialRecord.planned($0.offset, .paused, [$0.element]) }
      return rule.promotion(among: trials, objective: objective, isFinal: false)
    }
    #expect(promotion([0.5, 0.3, 0.4], accuracy) == 0 && promotion([0.5, 0.3, 0.4], loss) == 1)
    // Of equals the earlier.
    #expect(promotion([4, 3, 3], loss) == 1 && promotion([0.2, 0.5, 0.5], accuracy) == 1)
  }

  // MARK: - Hyperband

  @Test func bracketsCostAlike() {
    let rule = Hyperband(steps: 1...81)
    #expect(rule.brackets.map(\.rungs) == [[1, 3, 9, 27], [3, 9, 27], [9, 27], [27], []])
    // The table in section 3.1 of the paper: 81, 34, 15, 8, 5 trials.
    let round = (0..<143).map(rule.bracket(ofTrial:))
    #expect((0..<5).map { bracket in round.count { $0 == bracket } } == [81, 34, 15, 8, 5])
    #expect((143..<286).map(rule.bracket(ofTrial:)) == round)
    // Alternating: any stretch has each bracket's share, give or take two.
    for (bracket, size) in [81, 34, 15, 8, 5].enumerated() {
      for length in 1...143 {
        let count = round.prefix(length).count { $0 == bracket }
        #expect(abs(Double(count) - Double(size * length) / 143) < 2)
      }
    }
  }

  @Test func aBracketKnowsNoOther() {
    let rule = Hyperband(steps: 1...3)
    // 3, 2 trials in two brackets: 0 1 0 1 0.
    #expect((0..<5).map(rule.bracket(ofTrial:)) == [0, 1, 0, 1, 0])
    let others = [TrialRecord.planned(0, .running, [5]), .planned(1, .running, [1])]
    #expect(verdict(rule, on: [4], among: others, loss) == .goOn)
    #expect(verdict(rule, on: [6], among: others, loss) == .stop)
    let pausing = Hyperband(steps: 1...3, manner: .pausing)
    let waiting = [5.0, 1, 4, 1, 6].enumerated().map { TrialRecord.planned($0.offset, .paused, [$0.element]) }
    #expect(pausing.promotion(among: waiting, objective: loss, isFinal: false) == 2)
  }

  // MARK: - Two at once

  @Test func eitherRuleStops() {
    let rule = Patience(reports: 1).or(SuccessiveHalving(steps: 2...8, factor: 2, manner: .pausing))
    #expect(verdict(rule, on: [5], loss) == .goOn)
    #expect(verdict(rule, on: [5, 4], loss) == .pause)
    #expect(verdict(rule, on: [5, 6], loss) == .stop)
    let waiting = (0..<2).map { TrialRecord.planned($0, .paused, [3, Double($0)]) }
    #expect(rule.promotion(among: waiting, objective: loss, isFinal: false) == 0)
  }
}
