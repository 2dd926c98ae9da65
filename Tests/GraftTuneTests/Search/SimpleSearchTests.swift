import GraftTensor
import GraftTune
import Testing

/// What a method proposes when every trial completes with one value.
func proposals(
  _ method: some SearchMethod, in space: SearchSpace, count: Int, seed: UInt64 = 1,
  cost: (Configuration) -> [Double] = { _ in [0] }
) -> [TrialRecord] {
  var trials: [TrialRecord] = []
  let objectives = cost(space.configuration(at: space.dimensions.map { _ in 0.5 })).indices.map {
    Objective.minimize("cost \($0)")
  }
  for number in 0..<count {
    let history = SearchHistory(space: space, objectives: objectives, trials: trials)
    guard let configuration = method.proposal(number: number, given: history, seed: seed) else { break }
    trials.append(
      TrialRecord(
        number: number, configuration: configuration, state: .complete, values: cost(configuration)))
  }
  return trials
}

@Suite struct SimpleSearchTests {
  let rate = Hyperparameter.continuous("rate", 1e-4...1e-1, .logarithmic)
  let layers = Hyperparameter.integer("layers", 1...3)
  let width = Hyperparameter.integer("width", 1...100, .logarithmic)
  let optimizer = Hyperparameter.choice("optimizer", ["sgd", "adamw"])
  var momentum: Hyperparameter<Double> { .continuous("momentum", 0...0.9).when(optimizer, is: "sgd") }

  @Test func gridTriesEveryCombinationOnce() throws {
    let space = try SearchSpace([optimizer, momentum, layers, rate])
    let grid = GridSearch(points: 4).points(3, for: momentum)
    // Three momenta for sgd and none for adamw; three layers; four rates.
    #expect(grid.count(in: space) == (3 + 1) * 3 * 4)
    let trials = proposals(grid, in: space, count: 100)
    #expect(trials.count == 48)
    #expect(Set(trials.map(\.configuration)).count == 48)
    #expect(trials.allSatisfy { space.problem(with: $0.configuration) == nil })
    #expect(trials[0].configuration[optimizer] == "sgd" && trials[47].configuration[optimizer] == "adamw")
    let rates = trials.prefix(4).map { $0.configuration[rate] }
    for (rate, wanted) in zip(rates, [1e-4, 1e-3, 1e-2, 1e-1]) { #expect(abs(rate / wanted - 1) < 1e-14) }
    #expect(Set(trials.compactMap { $0.configuration.value(of: momentum) }) == [0, 0.45, 0.9])
  }

  @Test func gridThinsLongRangesAndSkipsWhatIsForbidden() throws {
    let space = try SearchSpace([width, layers]) { $0[layers] != 2 }
    let grid = GridSearch(points: 3)
    let trials = proposals(grid, in: space, count: 100)
    #expect(trials.map { $0.configuration[width] } == [1, 1, 7, 7, 100, 100])
    #expect(trials.map { $0.configuration[layers] } == [1, 3, 1, 3, 1, 3])
    #expect(try GridSearch(points: 1).count(in: SearchSpace([width, rate])) == 1)
    // All integers of a short range on a logarithmic scale, whose parts of the interval are unequal.
    let short = try SearchSpace([Hyperparameter.integer("n", 1...5, .logarithmic)])
    #expect(GridSearch(points: 5).count(in: short) == 5)
    // Five places of ten integers by logarithm, 1, 1, 2, 5 and 10, and five of one number: each once.
    let coarse = try SearchSpace([
      Hyperparameter.integer("n", 1...10, .logarithmic), Hyperparameter.continuous("fixed", 3...3),
    ])
    let values = proposals(GridSearch(points: 5), in: coarse, count: 100).map {
      $0.configuration.settings["n"]
    }
    #expect(values == [1, 2, 5, 10].map { .number($0) } && GridSearch(points: 5).count(in: coarse) == 4)
  }

  @Test func gridGoesOnWhereTrialsWereGivenByHand() throws {
    let space = try SearchSpace([layers])
    let first = TrialRecord(number: 0, configuration: Configuration(["layers": .number(2)]))
    let history = SearchHistory(space: space, objectives: [.minimize("loss")], trials: [first])
    #expect(GridSearch().proposal(number: 1, given: history, seed: 0)?[layers] == 1)
  }

  @Test func proposalsDependOnNumberAndSeedAlone() throws {
    let space = try SearchSpace([optimizer, momentum, layers, rate]) { $0[layers] < 3 || $0[rate] < 1e-2 }
    let empty = SearchHistory(space: space, objectives: [.minimize("loss")], trials: [])
    for method in [RandomSearch(), QuasiRandomSearch()] as [any SearchMethod] {
      let trials = proposals(method, in: space, count: 40, seed: 9)
      #expect(trials.allSatisfy { space.problem(with: $0.configuration) == nil })
      #expect(Set(trials.map(\.configuration)).count == 40)
      for trial in trials {
        #expect(method.proposal(number: trial.number, given: empty, seed: 9) == trial.configuration)
      }
      #expect(method.proposal(number: 3, given: empty, seed: 10) != trials[3].configuration)
    }
  }

  @Test func quasiRandomChoicesAreBalanced() throws {
    let space = try SearchSpace([optimizer, Hyperparameter.choice("mode", [1, 2, 3, 4]), rate])
    let trials = proposals(QuasiRandomSearch(), in: space, count: 32)
    #expect(trials.filter { $0.configuration[optimizer] == "sgd" }.count == 16)
    let pairs = Dictionary(grouping: trials) {
      "\($0.configuration.settings["mode"]!) \($0.configuration[optimizer])"
    }
    #expect(pairs.values.map(\.count) == Array(repeating: 4, count: 8))
  }
}
