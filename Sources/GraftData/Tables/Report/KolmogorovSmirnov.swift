import Foundation

/// How far two samples of numbers are from one distribution: the largest distance of their cumulative distributions, and how likely chance is to give one
/// as large.
///
/// Kolmogorov 1933, Smirnov 1939. Ties are allowed; with them the p-value errs towards larger ones.
public struct KolmogorovSmirnov: Sendable, Hashable {
  /// The largest distance, from 0 to 1.
  public let statistic: Double

  /// The probability that two samples of one distribution are at least as far apart, by the asymptotic distribution.
  ///
  /// With Stephens' correction for samples of n and m numbers, N = nm / (n + m): the tail of Kolmogorov's distribution at
  /// (√N + 0.12 + 0.11/√N) · statistic. *Use of the Kolmogorov–Smirnov, Cramér–von Mises and Related Statistics Without Extensive Tables*, 1970.
  public let pValue: Double

  /// Compares two samples; `nil` if one of them is empty. NaN are left out.
  public init?(_ first: [Double], _ second: [Double]) {
    let (a, b) = (first.filter { !$0.isNaN }.sorted(), second.filter { !$0.isNaN }.sorted())
    guard !a.isEmpty, !b.isEmpty else { return nil }
    var (i, j) = (0, 0)
    var largest = 0.0
    while i < a.count && j < b.count {
      let value = min(a[i], b[j])
      while i < a.count && a[i] == value { i += 1 }
      while j < b.count && b[j] == value { j += 1 }
      largest = max(largest, abs(Double(i) / Double(a.count) - Double(j) / Double(b.count)))
    }
    statistic = largest
    let root = (Double(a.count) * Double(b.count) / Double(a.count + b.count)).squareRoot()
    pValue = KolmogorovSmirnov.tail((root + 0.12 + 0.11 / root) * largest)
  }

  /// How likely a variable of Kolmogorov's distribution is above `x`.
  ///
  /// Two series for one function: for large x 2 Σ (−1)^(k−1) exp(−2k²x²), for small x one minus √(2π)/x Σ exp(−(2k−1)²π²/8x²).
  static func tail(_ x: Double) -> Double {
    guard x > 0 else { return 1 }
    var sum = 0.0
    if x < 1.18 {
      // The fourth term is below 1e-20 there.
      for k in 1...4 { sum += exp(-pow(Double(2 * k - 1) * .pi / x, 2) / 8) }
      return max(1 - (2 * Double.pi).squareRoot() / x * sum, 0)
    }
    for k in 1...5 { sum += (k % 2 == 1 ? 2 : -2) * exp(-2 * pow(Double(k) * x, 2)) }
    return sum
  }
}
