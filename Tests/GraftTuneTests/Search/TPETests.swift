import Foundation
import GraftTensor
import Testing

@testable import GraftTune

@Suite struct TPETests {
  let x = Hyperparameter.continuous("x", 0...2)
  let n = Hyperparameter.integer("n", 1...4, .logarithmic)
  let kind = Hyperparameter.choice("kind", ["a", "b", "c"])
  var y: Hyperparameter<Double> { .continuous("y", 1e-3...1, .logarithmic).when(kind, is: "b") }

  func someTrials(in space: SearchSpace, _ count: Int) -> [Configuration] {
    var generator = RandomGenerator(seed: 11)
    return (0..<count).map { _ in space.random(using: &generator) }
  }

  @Test(arguments: [0, 1, 5, 40])
  func densitySumsToOne(count: Int) throws {
    let space = try SearchSpace([x, n, kind, y])
    let configurations = someTrials(in: space, count)
    let estimator = ParzenEstimator(
      space: space, configurations: configurations, width: 0.2)
    var total = 0.0
    let steps = 40
    for kind in ["a", "b", "c"] {
      for n in 1...4 {
        for i in 0..<steps {
          let x = 2 * (Double(i) + 0.5) / Double(steps)
          let others: [String: Setting] = ["x": .number(x), "n": .number(Double(n)), "kind": .label(kind)]
          guard kind == "b" else {
            total += exp(estimator.logDensity(of: Configuration(others))) / Double(steps)
            continue
          }
          for j in 0..<steps {
            let y = pow(10, -3 + 3 * (Double(j) + 0.5) / Double(steps))
            let all = others.merging(["y": .number(y)]) { $1 }
            total += exp(estimator.logDensity(of: Configuration(all))) / Double(steps * steps)
          }
        }
      }
    }
    // The midpoint rule's error is h² / 24 times the change of the slope between the ends, below 50 for kernels no narrower than 0.05.
    #expect(abs(total - 1) < 2e-3)
  }

  struct Known: Decodable {
    struct Trial: Decodable {
      let x: Double
      let n: Double
      let kind: String
      let y: Double?

      var configuration: Configuration {
        var settings: [String: Setting] = ["x": .number(x), "n": .number(n), "kind": .label(kind)]
        settings["y"] = y.map(Setting.number)
        return Configuration(settings)
      }
    }
    let trials: [Trial]
    let width: Double
    let candidates: [Trial]
    let logDensities: [Double]
  }

  @Test func densitiesAreThoseOfTheReference() throws {
    let known: Known = fixture("tpe.json")
    let estimator = ParzenEstimator(
      space: try SearchSpace([x, n, kind, y]), configurations: known.trials.map(\.configuration),
      width: known.width)
    for (candidate, wanted) in zip(known.candidates, known.logDensities) {
      // Differences of error functions lose a digit or two where a kernel is far away.
      #expect(abs(estimator.logDensity(of: candidate.configuration) - wanted) < 1e-10)
    }
  }

  @Test func samplesHaveTheDensity() throws {
    let space = try SearchSpace([n, kind])
    let configurations = someTrials(in: space, 6)
    let estimator = ParzenEstimator(
      space: space, configurations: configurations, width: 0.2)
    var generator = RandomGenerator(seed: 5)
    var counts: [Configuration: Double] = [:]
    for _ in 0..<6000 { counts[estimator.sample(using: &generator), default: 0] += 1 }
    #expect(counts.count == 12)
    for (configuration, count) in counts {
      let chance = exp(estimator.logDensity(of: configuration))
      // Five standard errors.
      #expect(abs(count / 6000 - chance) < 5 * (chance / 6000).squareRoot())
    }
  }

  @Test func paretoOrderIsByFrontsAndRoom() {
    let costs: [[Double]] = [[2, 2], [0, 4], [4, 0], [1, 1], [3, 3], [1.1, 0.9]]
    #expect(ParetoRanking.fronts(of: costs) == [[1, 2, 3, 5], [0], [4]])
    #expect(ParetoRanking.order(costs) == [1, 2, 3, 5, 0, 4])
    #expect(ParetoRanking.order([[3], [1], [2], [1]]) == [1, 3, 2, 0])
    #expect(!ParetoFront.dominates([1, 1], [1, 1]))
  }
}
