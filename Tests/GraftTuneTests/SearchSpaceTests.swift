import Foundation
import GraftTensor
import GraftTune
import Testing

@Suite struct SearchSpaceTests {
  let rate = Hyperparameter.continuous("rate", 1e-5...1e-1, .logarithmic)
  let batch = Hyperparameter.integer("batch size", 8...64, .logarithmic)
  let layers = Hyperparameter.integer("layers", -2...3)
  let optimizer = Hyperparameter.choice("optimizer", ["sgd", "adamw"])
  let mirror = Hyperparameter.flag("mirror")
  var momentum: Hyperparameter<Double> { .continuous("momentum", 0...0.99).when(optimizer, is: "sgd") }

  @Test func placesAndValuesAreInverse() throws {
    let space = try SearchSpace([rate, batch, layers, optimizer, momentum, mirror])
    var generator = RandomGenerator(seed: 3)
    for _ in 0..<500 {
      let configuration = space.random(using: &generator)
      #expect(space.problem(with: configuration) == nil)
      let point = space.point(of: configuration)
      let again = space.configuration(at: point.map { $0 ?? 0.3 })
      for (name, setting) in configuration.settings {
        guard case .number(let number) = setting, case .number(let other)? = again.settings[name] else {
          #expect(again.settings[name] == setting)
          continue
        }
        // A logarithm and its exponential, each rounded once, at arguments up to 12: 12 × 2⁻⁵² and some.
        #expect(abs(number - other) <= 1e-14 * abs(number))
      }
    }
  }

  @Test func valuesAreTyped() throws {
    let space = try SearchSpace([rate, batch, optimizer, momentum, mirror])
    let low = space.configuration(at: [0, 0, 0, 0.5, 0])
    #expect(low[rate] == 1e-5 && low[batch] == 8 && low[optimizer] == "sgd" && low[mirror] == false)
    #expect(low[momentum] == 0.495)
    let high = space.configuration(at: [1, 1, 1, 0.5, 1])
    #expect(high[rate] == 1e-1 && high[batch] == 64 && high[optimizer] == "adamw" && high[mirror])
    #expect(high.value(of: momentum) == nil)
    #expect(space.point(of: high)[3] == nil)
  }

  @Test func integersShareTheIntervalEqually() throws {
    let space = try SearchSpace([layers])
    var counts: [Int: Int] = [:]
    for index in 0..<600 {
      counts[space.configuration(at: [(Double(index) + 0.5) / 600])[layers], default: 0] += 1
    }
    #expect(counts == [-2: 100, -1: 100, 0: 100, 1: 100, 2: 100, 3: 100])
  }

  /// The integers from 1 to 4 go from ln ½ to ln 4½, in parts that end at 1½, 2½ and 3½.
  @Test func anIntegersPlaceIsTheMiddleOfItsPart() {
    let domain = Hyperparameter.integer("n", 1...4, .logarithmic).dimension.domain
    let borders = [0.5, 1.5, 2.5, 3.5, 4.5].map { log($0 / 0.5) / log(9) }
    for n in 1...4 {
      #expect(abs(domain.unit(of: .number(Double(n))) - (borders[n - 1] + borders[n]) / 2) < 1e-14)
      for border in [borders[n - 1] + 1e-9, borders[n] - 1e-9] {
        #expect(domain.setting(at: border) == .number(Double(n)))
      }
    }
  }

  @Test func whatHangsOnSomethingThatIsNotThereIsNotThere() throws {
    let decay = Hyperparameter.continuous("decay", 0...1).when(momentum, isIn: [0.99])
    let space = try SearchSpace([optimizer, momentum, decay])
    #expect(Set(space.configuration(at: [0, 1, 0.5]).settings.keys) == ["optimizer", "momentum", "decay"])
    #expect(Set(space.configuration(at: [0, 0.9, 0.5]).settings.keys) == ["optimizer", "momentum"])
    #expect(Set(space.configuration(at: [1, 1, 0.5]).settings.keys) == ["optimizer"])
    let stray = Configuration(["optimizer": .label("adamw"), "decay": .number(0.5)])
    #expect(space.problem(with: stray)?.contains("decay does not exist") == true)
  }

  @Test func wrongSpacesThrow() {
    let cases: [([any SearchDimension], SearchSpaceError)] = [
      ([], .empty),
      ([mirror, mirror], .duplicate(name: "mirror")),
      ([momentum, optimizer], .unknownParent(name: "momentum", parent: "optimizer")),
      ([mirror.when(mirror, is: true)], .unknownParent(name: "mirror", parent: "mirror")),
    ]
    for (parameters, error) in cases {
      #expect(throws: error) { try SearchSpace(parameters) }
    }
    let ranges: [any SearchDimension] = [
      Hyperparameter.continuous("a", 0...1, .logarithmic),
      Hyperparameter.continuous("a", 0...Double.infinity),
      Hyperparameter.integer("a", 0...4, .logarithmic), Hyperparameter.integer("a", 0...Int.max),
      Hyperparameter.choice("a", [String]()), Hyperparameter.choice("a", ["x", "x"]),
    ]
    for range in ranges {
      #expect {
        try SearchSpace([range])
      } throws: { error in
        if case .domain("a", _)? = error as? SearchSpaceError { true } else { false }
      }
    }
    #expect(throws: SearchSpaceError.unsatisfiable) { try SearchSpace([mirror]) { _ in false } }
  }

  @Test func strangersAreNamed() throws {
    let space = try SearchSpace([layers, optimizer, momentum]) { $0.settings["layers"] != .number(0) }
    let cases: [([String: Setting], String?)] = [
      (["layers": .number(1), "optimizer": .label("adamw")], nil),
      (["layers": .number(1)], "optimizer is missing"),
      (["layers": .number(1.5), "optimizer": .label("adamw")], "layers cannot be 1.5"),
      (
        ["layers": .number(1), "optimizer": .label("adamw"), "momentum": .number(0.5)],
        "momentum does not exist"
      ),
      (["layers": .number(1), "optimizer": .label("adamw"), "x": .number(0.5)], "there is no x"),
      (["layers": .number(0), "optimizer": .label("adamw")], "does not allow"),
    ]
    for (settings, wanted) in cases {
      let problem = space.problem(with: Configuration(settings))
      if let wanted {
        #expect(problem?.contains(wanted) == true, "\(problem ?? "nil")")
      } else {
        #expect(problem == nil)
      }
    }
  }

  @Test func configurationsSurviveJSON() throws {
    let space = try SearchSpace([rate, batch, optimizer, momentum, mirror])
    var generator = RandomGenerator(seed: 8)
    for _ in 0..<100 {
      let configuration = space.random(using: &generator)
      let data = try JSONEncoder().encode(configuration)
      #expect(try JSONDecoder().decode(Configuration.self, from: data) == configuration)
    }
  }
}
