/// Statistics of the numbers of a column.
struct NumberSummary {
  /// The numbers in ascending order, missing ones left out.
  let sorted: [Double]
  let mean: Double
  /// The mean of squared deviations from the mean.
  let variance: Double

  /// Measures numbers, of which NaN are missing ones; `nil` if there are no others.
  init?(_ numbers: some Sequence<Double>) {
    sorted = numbers.filter { !$0.isNaN }.sorted()
    guard !sorted.isEmpty else { return nil }
    let count = Double(sorted.count)
    // Scaled before they are added, so that the sum of large numbers does not overflow.
    let mean = sorted.reduce(0) { $0 + $1 / count }
    // A second pass takes out what rounding left in the first.
    self.mean = mean + sorted.reduce(0) { $0 + ($1 - mean) / count }
    let center = self.mean
    variance = sorted.reduce(0) { $0 + ($1 - center) * (($1 - center) / count) }
  }

  var median: Double { quantile(0.5) }

  /// Whether all numbers are the same but for the rounding of the variance.
  var isConstant: Bool {
    let count = Double(sorted.count)
    let rounding = count * mean * Double.ulpOfOne
    return variance.isFinite && variance <= count * Double.ulpOfOne * variance + rounding * rounding
  }

  /// The quantile at a level from 0 to 1, interpolated linearly between neighbours.
  func quantile(_ level: Double) -> Double {
    let place = level * Double(sorted.count - 1)
    let below = Int(place)
    let (low, high) = (sorted[below], sorted[min(below + 1, sorted.count - 1)])
    let share = place - Double(below)
    // Neighbours of opposite signs may be farther apart than any number.
    return share == 0 ? low : low * (1 - share) + high * share
  }
}
