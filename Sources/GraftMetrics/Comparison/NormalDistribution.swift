import Foundation

/// The standard normal distribution.
package enum NormalDistribution {
  /// The chance of a value of at most `x`.
  package static func cumulative(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }

  /// The value that is not exceeded with a chance of `level`; infinite at 0 and 1.
  ///
  /// Found by halving, to the last bits: nothing calls it often.
  package static func quantile(_ level: Double) -> Double {
    if level <= 0 { return -.infinity }
    if level >= 1 { return .infinity }
    // Small chances are exact, those near 1 are rounded.
    if level > 0.5 { return -quantile(1 - level) }
    var (low, high) = (-40.0, 0.0)
    while true {
      let middle = (low + high) / 2
      if middle <= low || middle >= high { return high }
      if cumulative(middle) < level { low = middle } else { high = middle }
    }
  }
}
