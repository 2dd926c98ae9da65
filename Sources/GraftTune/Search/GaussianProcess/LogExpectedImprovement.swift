import Foundation

/// The logarithm of how much a point is expected to lie below the best one.
///
/// EI = σ h(z) with z = (best − μ) / σ and h(z) = φ(z) + z Φ(z). Far from the best it underflows, and a search by gradients sees a plain;
/// its logarithm does not (Ament, Daulton, Eriksson, Balandat, Bakshy: *Unexpected Improvements to Expected Improvement for Bayesian
/// Optimization*, NeurIPS 2023).
enum LogExpectedImprovement {
  /// Of a belief about a cost.
  static func value(_ belief: GaussianProcess.Belief, best: Double) -> Double {
    let deviation = belief.variance.squareRoot()
    return log(deviation) + improvement((best - belief.mean) / deviation).logarithm
  }

  /// Its derivatives by mean and variance.
  static func valueWithSlopes(
    _ belief: GaussianProcess.Belief, best: Double
  ) -> (value: Double, mean: Double, variance: Double) {
    let deviation = belief.variance.squareRoot()
    let improvement = improvement((best - belief.mean) / deviation)
    return (
      log(deviation) + improvement.logarithm, -improvement.cumulativeShare / deviation,
      improvement.densityShare / (2 * belief.variance)
    )
  }

  /// log h(z), φ(z) / h(z) and Φ(z) / h(z), each to full precision however small h(z) is.
  static func improvement(
    _ z: Double
  ) -> (logarithm: Double, densityShare: Double, cumulativeShare: Double) {
    let logDensity = -z * z / 2 - log(2 * .pi) / 2
    if z > -1 {
      let density = exp(logDensity)
      let cumulative = erfc(-z / 2.0.squareRoot()) / 2
      let value = density + z * cumulative
      return (log(value), density / value, cumulative / value)
    }
    // h = φ (1 − |z| M) with Mills's ratio M = Φ / φ.
    let (mills, rest) = z > -10 ? millsRatio(-z) : tail(-z)
    return (logDensity + log(rest), 1 / rest, mills / rest)
  }

  /// M(x) and 1 − x M(x).
  private static func millsRatio(_ x: Double) -> (ratio: Double, rest: Double) {
    let ratio = (Double.pi / 2).squareRoot() * exp(x * x / 2) * erfc(x / 2.0.squareRoot())
    return (ratio, 1 - x * ratio)
  }

  /// The same from x = 10 on, without the difference of nearly equal numbers: 1 − x M(x) = 1/x² − 3/x⁴ + 15/x⁶ − …
  private static func tail(_ x: Double) -> (ratio: Double, rest: Double) {
    let inverse = 1 / (x * x)
    var (term, sum) = (inverse, inverse)
    for index in 1..<20 {
      term *= -Double(2 * index + 1) * inverse
      sum += term
    }
    return ((1 - sum) / x, sum)
  }
}
