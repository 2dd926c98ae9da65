/// The mean of some figures, and how far they scatter around it.
struct Spread {
  let mean: Double
  /// Of a sample: the sum of squares is divided by one less than their number.
  let deviation: Double

  init(_ values: [Double]) {
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
    self.mean = mean
    deviation = (squares / Double(max(values.count - 1, 1))).squareRoot()
  }
}
