/// The mean; `nil` of nothing.
func mean(_ values: [Double]) -> Double? {
  values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
}

/// The sum of the squared distances from the mean; 0 of equal values.
func squaredDeviation(_ values: [Double]) -> Double {
  // Of equal values the rounded mean may be another number, and what is left then looks like a deviation.
  guard let first = values.first, values.contains(where: { $0 != first }) else { return 0 }
  let middle = mean(values) ?? 0
  return values.reduce(0) { $0 + ($1 - middle) * ($1 - middle) }
}

/// Pearson's correlation of as many values each; `nil` if either have no spread.
func correlation(_ a: [Double], _ b: [Double]) -> Double? {
  let (spreadA, spreadB) = (squaredDeviation(a).squareRoot(), squaredDeviation(b).squareRoot())
  guard let meanA = mean(a), let meanB = mean(b), spreadA != 0, spreadB != 0 else { return nil }
  let product = zip(a, b).reduce(0) { $0 + (($1.0 - meanA) / spreadA) * (($1.1 - meanB) / spreadB) }
  return product.isNaN ? product : min(max(product, -1), 1)
}

/// The rank of each value, from 1 for the smallest; equal values have the mean of their ranks.
func ranks(of values: [Float]) -> [Double] {
  let order = values.indices.sorted { values[$0] < values[$1] }
  var ranks = Array(repeating: 0.0, count: values.count)
  var start = 0
  while start < order.count {
    var end = start + 1
    while end < order.count && values[order[end]] == values[order[start]] { end += 1 }
    // Ranks start + 1 to end.
    for place in start..<end { ranks[order[place]] = Double(start + 1 + end) / 2 }
    start = end
  }
  return ranks
}
