/// The quantile `part`/`whole` of values in ascending order, interpolated linearly between neighbours, as NumPy does by
/// default.
///
/// The place of a fraction is found in whole numbers: where it is a value's place, the quantile is that value. `sorted` may
/// not be empty.
package func quantile(_ part: Int, of whole: Int, sorted: [Double]) -> Double {
  let (place, rest) = ((sorted.count - 1) * part).quotientAndRemainder(dividingBy: whole)
  return interpolate(sorted, at: place, Double(rest) / Double(whole))
}

/// The quantile of values in ascending order at a level from 0 to 1, interpolated as above.
func quantile(_ level: Double, sorted: [Double]) -> Double {
  let place = Double(sorted.count - 1) * level
  return interpolate(sorted, at: Int(place), place - place.rounded(.down))
}

private func interpolate(_ sorted: [Double], at place: Int, _ rest: Double) -> Double {
  let next = sorted[min(place + 1, sorted.count - 1)]
  return sorted[place] + (next - sorted[place]) * rest
}
