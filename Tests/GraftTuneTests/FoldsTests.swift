import GraftTune
import Testing

@Suite struct FoldsTests {
  private static let rate = Hyperparameter.continuous("rate", 0...1)

  @Test func foldsAreAveragedAndReported() throws {
    let study = try Study(
      try SearchSpace([FoldsTests.rate]), .maximize("score"), method: RandomSearch(), seed: 1)
    try study.run(trials: 2) { trial in
      try trial.mean(over: [1.0, 2, 6]) { $0 * trial[FoldsTests.rate] }
    }
    for trial in study.trials {
      let rate = trial.configuration[FoldsTests.rate]
      #expect(trial.values == [(1 * rate + 2 * rate + 6 * rate) / 3])
      #expect(trial.reports.map(\.step) == [1, 2, 3])
      #expect(trial.reports[1].value == (1 * rate + 2 * rate) / 2)
    }
  }

  @Test func aHopelessTrialStopsAfterAFewFolds() throws {
    let study = try Study(
      try SearchSpace([FoldsTests.rate]), .maximize("score"), method: RandomSearch(), seed: 1,
      stopping: SuccessiveHalving(steps: 2...8))
    try study.run(trials: 12) { trial in
      try trial.mean(over: Array(0..<8)) { _ in trial[FoldsTests.rate] }
    }
    let stopped = study.trials.filter { $0.state == .stopped }
    #expect(!stopped.isEmpty && stopped.allSatisfy { $0.reports.count < 8 })
  }
}
