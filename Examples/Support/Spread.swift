/// The mean of some figures, and how far they scatter around it.
package struct Spread {
  package let mean: Double
  /// Of a sample: the sum of squares is divided by one less than their number.
  package let deviation: Double

  package init(_ values: [Double]) {
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
    self.mean = mean
    deviation = (squares / Double(max(values.count - 1, 1))).squareRoot()
  }
}
