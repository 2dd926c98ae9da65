import Foundation
import GraftTensor
import GraftTune
import Testing

/// What every method has to keep, whatever the space and the history.
@Suite struct SearchPropertyTests {
  static let methods: [any SearchMethod] = [
    RandomSearch(), QuasiRandomSearch(), GridSearch(points: 6), TPESearch(initialTrials: 4),
    GaussianProcessSearch(initialTrials: 4),
  ]

  /// A space with a condition on a condition, and often a constraint.
  static func space(_ seed: UInt64) throws -> SearchSpace {
    var generator = RandomGenerator(seed: seed, stream: 77)
    let kind = Hyperparameter.choice("kind", ["a", "b", "c"])
    let n = Hyperparameter.integer("n", 1...(2 + generator.integer(below: 30)), .logarithmic)
      .when(kind, isIn: ["a", "b"])
    let deep = Hyperparameter.continuous("deep", 0.1...1).when(n, is: 2)
    let rate = Hyperparameter.continuous("rate", 1e-4...1, .logarithmic)
    let only = Hyperparameter.choice("only", ["one"])
    let fixed = Hyperparameter.continuous("fixed", 3...3)
    guard generator.bernoulli(probability: 0.7) else {
      return try SearchSpace([kind, n, deep, rate, only, fixed])
    }
    return try SearchSpace([kind, n, deep, rate, only, fixed]) {
      $0[rate] < 0.1 && ($0.value(of: n) ?? 1) % 2 == 1 || $0[rate] < 1e-3
    }
  }

  @Test(arguments: 0..<SearchPropertyTests.methods.count, [UInt64(1), 2])
  func proposalsBelongToTheSpaceAndAreRepeatable(method: Int, seed: UInt64) throws {
    let (method, space) = (SearchPropertyTests.methods[method], try SearchPropertyTests.space(seed))
    var generator = RandomGenerator(seed: seed)
    var trials: [TrialRecord] = []
    for number in 0..<14 {
      let history = SearchHistory(space: space, objectives: [.maximize("score")], trials: trials)
      let next = try #require(method.proposal(number: number, given: history, seed: seed))
      #expect(space.problem(with: next) == nil)
      // After trials of each of the five kinds below.
      if number.isMultiple(of: 3) {
        #expect(method.proposal(number: number, given: history, seed: seed) == next)
      }
      var trial = TrialRecord(number: number, configuration: next)
      switch number % 5 {
      case 0: trial.state = .failed(reason: "out of memory")
      case 1: break
      case 2:
        trial.state = .stopped
        trial.reports = [.init(step: 1, value: generator.normal())]
      default:
        trial.state = .complete
        trial.values = [generator.normal() * pow(10, 60 * generator.normal())]
      }
      trials.append(trial)
    }
  }

  @Test(arguments: SearchPropertyTests.methods.indices) func awkwardHistoriesAreBorne(method: Int) throws {
    let method = SearchPropertyTests.methods[method]
    let x = Hyperparameter.continuous("x", 0...1)
    let histories: [(Double, Double) -> Double] = [
      { _, _ in 3 }, { x, _ in x * 1e300 }, { _, n in n == 3 ? .infinity : n },
      { _, _ in -.greatestFiniteMagnitude },
    ]
    for history in histories {
      let space = try SearchSpace([x])
      var trials = (0..<8).map { number in
        // Each place twice.
        let place = Double(number / 2) / 4
        return TrialRecord(
          number: number, configuration: Configuration(["x": .number(place)]), state: .complete,
          values: [history(place, Double(number))])
      }
      trials.append(TrialRecord(number: 8, configuration: trials[0].configuration))
      let known = SearchHistory(space: space, objectives: [.minimize("loss")], trials: trials)
      let next = try #require(method.proposal(number: 9, given: known, seed: 1))
      #expect(space.problem(with: next) == nil)
    }
  }

  @Test(
    arguments: [TPESearch(initialTrials: 2), GaussianProcessSearch(initialTrials: 2)] as [any SearchMethod])
  func smallSpacesAreTriedInFullBeforeAnythingTwice(method: any SearchMethod) throws {
    let space = try SearchSpace([Hyperparameter.flag("a"), Hyperparameter.integer("b", 0...2)])
    let trials = proposals(method, in: space, count: 8) { configuration in
      if case .number(let b)? = configuration.settings["b"] { [b] } else { [0] }
    }
    #expect(trials.count == 8)
    // The first two come from a sequence that does not look back.
    #expect(Set(trials.prefix(7).map(\.configuration)).count >= 5)
    #expect(Set(trials.map(\.configuration)).count == 6)
  }

  @Test(arguments: [TPESearch(), GaussianProcessSearch()] as [any SearchMethod])
  func trialsInParallelDiffer(method: any SearchMethod) throws {
    let (x, y) = (Hyperparameter.continuous("x", 0...1), Hyperparameter.continuous("y", 0...1))
    let space = try SearchSpace([x, y])
    var trials = proposals(method, in: space, count: 12) { [sin(13 * $0[x]) * cos(11 * $0[y])] }
    for number in 12..<15 {
      let history = SearchHistory(space: space, objectives: [.minimize("loss")], trials: trials)
      let next = try #require(method.proposal(number: number, given: history, seed: 1))
      trials.append(TrialRecord(number: number, configuration: next))
    }
    let places = trials.suffix(3).map { ($0.configuration[x], $0.configuration[y]) }
    for (a, b) in [(0, 1), (0, 2), (1, 2)] {
      #expect(hypot(places[a].0 - places[b].0, places[a].1 - places[b].1) > 1e-3)
    }
  }

  /// On a bowl the median of a few seeds must be well below that of random search.
  @Test func bothBayesianSearchesBeatRandomOnABowl() throws {
    let parameters = (0..<3).map { Hyperparameter.continuous("x\($0)", -1...1) }
    let space = try SearchSpace(parameters)
    func regret(_ method: some SearchMethod, seed: UInt64) -> Double {
      proposals(method, in: space, count: 25, seed: seed) { configuration in
        [parameters.reduce(0) { $0 + pow(configuration[$1] - 0.3, 2) }]
      }.map { $0.values[0] }.min() ?? .infinity
    }
    func median(_ method: some SearchMethod) -> Double {
      (0..<5).map { regret(method, seed: $0) }.sorted()[2]
    }
    let random = median(RandomSearch())
    let (tpe, process) = (median(TPESearch()), regret(GaussianProcessSearch(), seed: 0))
    #expect(tpe < random / 2)
    #expect(process < random / 10)
  }

  @Test(arguments: [TPESearch(), GaussianProcessSearch()] as [any SearchMethod])
  func severalObjectivesSpreadOverTheFront(method: any SearchMethod) throws {
    let (x, y) = (Hyperparameter.continuous("x", 0...1), Hyperparameter.continuous("y", 0...1))
    let space = try SearchSpace([x, y])
    // The front is y = 0, x from 0 to 1.
    let trials = proposals(method, in: space, count: 26) { [$0[x] + $0[y], 1 - $0[x] + $0[y]] }
    let late = trials.suffix(14).map(\.configuration)
    let (places, heights) = (late.map { $0[x] }.sorted(), late.map { $0[y] }.sorted())
    #expect(heights[7] < 0.2)
    #expect(places[0] < 0.4 && places[13] > 0.6)
  }
}
