import Foundation
import GraftMetrics
import GraftTensor

/// A normal distribution cut off at 0 and 1, with its middle between them.
struct TruncatedNormal: Sendable {
  let center: Double
  let deviation: Double
  /// What lies below 0, and what lies between 0 and 1, before it is cut off.
  private let below: Double
  private let mass: Double
  private let logScale: Double

  init(center: Double, deviation: Double) {
    self.center = center
    self.deviation = deviation
    below = NormalDistribution.cumulative(-center / deviation)
    mass = NormalDistribution.cumulative((1 - center) / deviation) - below
    logScale = log(mass * deviation) + log(2 * .pi) / 2
  }

  func logDensity(at place: Double) -> Double {
    let z = (place - center) / deviation
    return -z * z / 2 - logScale
  }

  /// The logarithm of the chance of a part of the interval.
  func logMass(of part: ClosedRange<Double>) -> Double {
    var (low, high) = ((part.lowerBound - center) / deviation, (part.upperBound - center) / deviation)
    // Small chances are exact, those near 1 are rounded.
    if low > 0 { (low, high) = (-high, -low) }
    return log((NormalDistribution.cumulative(high) - NormalDistribution.cumulative(low)) / mass)
  }

  func sample(using generator: inout RandomGenerator) -> Double {
    let z = NormalDistribution.quantile(below + mass * generator.unit())
    return min(max(center + deviation * z, 0), 1)
  }
}
