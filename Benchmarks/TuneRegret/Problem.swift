import Foundation
import GraftTune

/// A function with a known minimum: what a search is measured on.
struct Problem: Sendable {
  let name: String
  let space: SearchSpace
  let minimum: Double
  let value: @Sendable (Configuration) -> Double

  static func all() throws -> [Problem] {
    [try branin(), try hartmann6(), try ackley5(), try mixed(), try levy5(), try rosenbrock4()]
  }

  /// Three equal minima in two dimensions.
  static func branin() throws -> Problem {
    let x = Hyperparameter.continuous("x0", -5...10)
    let y = Hyperparameter.continuous("x1", 0...15)
    return Problem(name: "Branin", space: try SearchSpace([x, y]), minimum: 0.39788735772973816) {
      let (x, y) = ($0[x], $0[y])
      let inner = y - 5.1 / (4 * .pi * .pi) * x * x + 5 / .pi * x - 6
      return inner * inner + 10 * (1 - 1 / (8 * .pi)) * cos(x) + 10
    }
  }

  /// Six dimensions that matter differently, six local minima.
  static func hartmann6() throws -> Problem {
    let weights = [1, 1.2, 3, 3.2]
    let scales: [[Double]] = [
      [10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8],
      [17, 8, 0.05, 10, 0.1, 14],
    ]
    let centers: [[Double]] = [
      [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886], [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
      [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650], [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
    ]
    let parameters = (0..<6).map { Hyperparameter.continuous("x\($0)", 0...1) }
    return Problem(name: "Hartmann-6", space: try SearchSpace(parameters), minimum: -3.3223680114155147) {
      configuration in
      let x = parameters.map { configuration[$0] }
      return -(0..<4).reduce(0.0) { sum, term in
        var distance = 0.0
        for index in 0..<6 {
          let difference = x[index] - centers[term][index]
          distance += scales[term][index] * difference * difference
        }
        return sum + weights[term] * exp(-distance)
      }
    }
  }

  /// A narrow funnel in a plain of ripples. The range is not centred, so that the middle is not the answer.
  static func ackley5() throws -> Problem {
    let parameters = (0..<5).map { Hyperparameter.continuous("x\($0)", -15...30) }
    return Problem(name: "Ackley-5", space: try SearchSpace(parameters), minimum: 0) { configuration in
      let x = parameters.map { configuration[$0] }
      let square = x.reduce(0) { $0 + $1 * $1 } / 5
      let waves = x.reduce(0) { $0 + cos(2 * .pi * $1) } / 5
      return 20 + M_E - 20 * exp(-0.2 * square.squareRoot()) - exp(waves)
    }
  }

  /// What tuning looks like: choices that shift where everything else is best, a rate on a logarithmic scale, a count.
  static func mixed() throws -> Problem {
    let optimizer = Hyperparameter.choice("optimizer", ["a", "b", "c", "d"])
    let activation = Hyperparameter.choice("activation", ["p", "q", "r"])
    let rate = Hyperparameter.continuous("rate", 1e-5...1e-1, .logarithmic)
    let depth = Hyperparameter.integer("depth", 1...8)
    let x = Hyperparameter.continuous("x", -1...1)
    let y = Hyperparameter.continuous("y", -1...1)
    let penalties: [String: (offset: Double, rate: Double, depth: Double, x: Double, y: Double)] = [
      "a": (0.5, -3, 3, -0.5, 0.2), "b": (0, -2.3, 5, 0.4, -0.6), "c": (0.2, -1.5, 7, 0.7, 0.1),
      "d": (0.8, -4, 2, -0.2, -0.2),
    ]
    let activations = ["p": 0.3, "q": 0.15, "r": 0]
    let space = try SearchSpace([optimizer, activation, rate, depth, x, y])
    return Problem(name: "Mixed", space: space, minimum: 0) {
      let best = penalties[$0[optimizer]] ?? (0, 0, 0, 0, 0)
      let activation =
        $0[optimizer] == "a" ? 0.3 - (activations[$0[activation]] ?? 0) : activations[$0[activation]] ?? 0
      let (rate, depth) = (log10($0[rate]) - best.rate, Double($0[depth]) - best.depth)
      let (x, y) = ($0[x] - best.x, $0[y] - best.y)
      return best.offset + activation + 0.15 * rate * rate + 0.04 * depth * depth + x * x + y * y
    }
  }

  /// Waves in a bowl, steeper along some directions. No setting of a method was chosen by it.
  static func levy5() throws -> Problem {
    let parameters = (0..<5).map { Hyperparameter.continuous("x\($0)", -10...10) }
    return Problem(name: "Levy-5", space: try SearchSpace(parameters), minimum: 0) { configuration in
      func square(_ x: Double) -> Double { x * x }
      let w = parameters.map { 1 + (configuration[$0] - 1) / 4 }
      let inner = w.dropLast().reduce(0.0) { sum, w in
        sum + square(w - 1) * (1 + 10 * square(sin(.pi * w + 1)))
      }
      return square(sin(.pi * w[0])) + inner + square(w[4] - 1) * (1 + square(sin(2 * .pi * w[4])))
    }
  }

  /// A curved valley between walls five orders of magnitude high. No setting of a method was chosen by it.
  static func rosenbrock4() throws -> Problem {
    let parameters = (0..<4).map { Hyperparameter.continuous("x\($0)", -5...10) }
    return Problem(name: "Rosenbrock-4", space: try SearchSpace(parameters), minimum: 0) { configuration in
      let x = parameters.map { configuration[$0] }
      return zip(x, x.dropFirst()).reduce(0.0) { sum, pair in
        let (rise, rest) = (pair.1 - pair.0 * pair.0, 1 - pair.0)
        return sum + 100 * rise * rise + rest * rest
      }
    }
  }
}
