extension Bootstrap {
  /// Which quantiles of the resamples' figures bound the percentile interval.
  package static func percentileLevels(_ level: Double) -> (Double, Double) {
    ((1 - level) / 2, (1 + level) / 2)
  }

  /// Which quantiles bound the BCa interval.
  ///
  /// Φ(z₀ + (z₀ + z) / (1 − a·(z₀ + z))) for both quantiles z of the normal distribution, with z₀ = Φ⁻¹ of the part of the
  /// figures below the estimate (equal ones count half) and the acceleration a = Σd³ / (6·(Σd²)^{3/2}), where d are the
  /// mean of the figures without one element less each of them. Without a spread of those a is 0. Where all figures lie on
  /// one side of the estimate there is nothing to correct by, and the percentile interval's levels are given.
  package static func correctedLevels(
    _ level: Double, estimate: Double, sorted: [Double], jackknife: [Double]
  ) -> (Double, Double) {
    let plain = percentileLevels(level)
    let below = sorted.partition(before: estimate)
    let equal = sorted[below...].prefix { $0 == estimate }.count
    let bias = NormalDistribution.quantile((Double(below) + Double(equal) / 2) / Double(sorted.count))
    guard bias.isFinite else { return plain }
    let middle = mean(jackknife) ?? 0
    let (squares, cubes) = jackknife.reduce((0.0, 0.0)) { sums, value in
      let distance = middle - value
      return (sums.0 + distance * distance, sums.1 + distance * distance * distance)
    }
    let acceleration = squares == 0 ? 0 : cubes / (6 * squares * squares.squareRoot())
    func corrected(_ level: Double) -> Double {
      let z = bias + NormalDistribution.quantile(level)
      return NormalDistribution.cumulative(bias + z / (1 - acceleration * z))
    }
    return (corrected(plain.0), corrected(plain.1))
  }
}
