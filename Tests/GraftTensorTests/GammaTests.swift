import Foundation
import GraftTensor
import Testing

/// Moments of single draws. The mean of n draws is within five times σ / √n of μ, once in 1.7 million seeds it is not.
@Suite struct GammaTests {
  private let draws = 4_000

  /// Holds the mean of a function of draws against what it is of the distribution, with its standard deviation.
  private func check(
    _ name: String, mean: Double, deviation: Double, seed: UInt64 = 5,
    _ draw: (inout RandomGenerator) -> Double
  ) {
    var generator = RandomGenerator(seed: seed)
    let average = (0..<draws).reduce(0) { sum, _ in sum + draw(&generator) } / Double(draws)
    #expect(
      abs(average - mean) < 5 * deviation / Double(draws).squareRoot(), "\(name): \(average), not \(mean)")
  }

  @Test func normalNumbersHaveTheirMoments() {
    check("normal", mean: 0, deviation: 1) { $0.normal() }
    check("square", mean: 1, deviation: 2.0.squareRoot()) {
      let x = $0.normal()
      return x * x
    }
    // E x⁸ = 105, less (E x⁴)² = 9.
    check("fourth power", mean: 3, deviation: 96.0.squareRoot()) { pow($0.normal(), 4) }
  }

  @Test func gammaNumbersHaveTheirMoments() {
    for shape in [0.3, 1, 2.5, 40] {
      check("gamma \(shape)", mean: shape, deviation: shape.squareRoot()) { $0.gamma(shape: shape) }
      // E x² = a (a + 1), E x⁴ = a (a + 1) (a + 2) (a + 3).
      let square = shape * (shape + 1)
      check(
        "square of gamma \(shape)", mean: square,
        deviation: (square * (shape + 2) * (shape + 3) - square * square).squareRoot()
      ) {
        let x = $0.gamma(shape: shape)
        return x * x
      }
    }
    // A shape of 1 is the exponential distribution: half lies below ln 2.
    check("exponential", mean: 0.5, deviation: 0.5) { $0.gamma(shape: 1) < log(2) ? 1 : 0 }
  }

  @Test func betaNumbersHaveTheirMoments() {
    for (a, b) in [(1.0, 1.0), (0.2, 0.2), (2, 5)] {
      let mean = a / (a + b)
      let variance = a * b / ((a + b) * (a + b) * (a + b + 1))
      check("beta \(a) \(b)", mean: mean, deviation: variance.squareRoot()) { $0.beta(a, b) }
      // A square lies in 0...1: its deviation is at most ½.
      check("square of beta \(a) \(b)", mean: variance + mean * mean, deviation: 0.5) {
        let x = $0.beta(a, b)
        return x * x
      }
    }
    // So small a parameter that gamma numbers are 0: one side or the other, never NaN.
    check("beta 0.001", mean: 0.5, deviation: 0.5) {
      let x = $0.beta(0.001, 0.001)
      #expect(x >= 0 && x <= 1)
      return x
    }
  }

  @Test func sharesAddUpToOne() {
    var generator = RandomGenerator(seed: 2)
    for concentration in [0.001, 0.5, 1, 30] {
      let shares = generator.dirichlet(count: 5, concentration: concentration)
      // Five divisions and four additions, each off by 2⁻⁵³ at most.
      #expect(shares.allSatisfy { $0 >= 0 } && abs(shares.reduce(0, +) - 1) < 9 * 0x1p-53)
    }
    // A share of one of k has mean 1/k and variance (k − 1) / (k² (k c + 1)).
    check("share", mean: 1.0 / 3, deviation: (2.0 / (9 * 7)).squareRoot()) {
      $0.dirichlet(count: 3, concentration: 2)[1]
    }
  }

  @Test func whatHasNoDistributionStops() async {
    await #expect(processExitsWith: .failure) {
      var generator = RandomGenerator(seed: 1)
      _ = generator.gamma(shape: 0)
    }
  }
}
