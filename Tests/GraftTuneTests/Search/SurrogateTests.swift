import Foundation
import GraftTensor
import Testing

@testable import GraftTune

@Suite struct SurrogateTests {
  private let x = Hyperparameter.continuous("x", 0...1)
  private let y = Hyperparameter.continuous("y", 0...1)

  private func place(_ x: Double, _ y: Double) -> Configuration {
    Configuration(["x": .number(x), "y": .number(y)])
  }

  private func surrogate(pending: [Configuration] = [], failed: [Configuration] = []) throws -> Surrogate {
    var generator = RandomGenerator(seed: 1)
    let places = (0..<14).map { _ in (generator.unit(), generator.unit()) }
    let costs = places.map { x, y in (x - 0.4) * (x - 0.4) + (y - 0.6) * (y - 0.6) }
    let values = OutcomeWarp.standardized(costs)
    return Surrogate(
      encoding: FeatureEncoding(try SearchSpace([x, y])), configurations: places.map(place), values: values,
      pending: pending, failed: failed, using: &generator)
  }

  @Test func gradientIsThatOfDifferences() throws {
    let surrogate = try surrogate(pending: [place(0.1, 0.1)], failed: [place(0.9, 0.8)])
    for point in [[0.35, 0.5], [0.8, 0.2], [0.05, 0.97]] {
      let (value, gradient) = surrogate.logExpectedImprovementWithGradient(point)
      #expect(abs(value - surrogate.logExpectedImprovement(point)) < 1e-9 * max(1, abs(value)))
      for feature in 0..<2 {
        let step = 1e-5
        var (up, down) = (point, point)
        up[feature] += step
        down[feature] -= step
        let difference =
          (surrogate.logExpectedImprovement(up) - surrogate.logExpectedImprovement(down)) / (2 * step)
        // Of third derivatives below 10⁵ of the value: h² / 6 of them is 2 · 10⁻⁶.
        #expect(abs(gradient[feature] - difference) < 1e-5 * max(1, abs(gradient[feature])))
      }
    }
  }

  @Test func aTrialThatRunsTakesThePromiseFromItsSurroundings() throws {
    let (alone, waiting) = (try surrogate(), try surrogate(pending: [place(0.4, 0.6)]))
    for point in [[0.4, 0.6], [0.401, 0.6], [0.4, 0.599]] {
      // A tenth at most.
      #expect(waiting.logExpectedImprovement(point) < alone.logExpectedImprovement(point) - 2.3)
    }
  }
}
