import Foundation
import GraftTensor

/// Draws points of a box in proportion to a density that is known up to a factor.
///
/// One coordinate after the other: a level is drawn below the density; an interval around the point grows until the density is below the
/// level at both ends; points are drawn from it, each that lies below the level shortening it, until one lies above. Neal: *Slice
/// Sampling*, Annals of Statistics, 2003.
struct SliceSampler {
  let lower, upper: [Double]
  /// For each coordinate, about how far probable points lie from each other. A bad guess costs time, not truth.
  let widths: [Double]
  let logDensity: ([Double]) -> Double
  private(set) var point: [Double]
  private var current: Double

  /// - Parameter start: a point of the box where the density is not 0.
  init(
    start: [Double], lower: [Double], upper: [Double], widths: [Double],
    logDensity: @escaping ([Double]) -> Double
  ) {
    (self.lower, self.upper, self.widths, self.logDensity) = (lower, upper, widths, logDensity)
    point = zip(start, zip(lower, upper)).map { min(max($0, $1.0), $1.1) }
    current = logDensity(point)
  }

  /// Moves each coordinate once.
  mutating func sweep(using generator: inout RandomGenerator) {
    for index in point.indices { move(index, using: &generator) }
  }

  private mutating func move(_ index: Int, using generator: inout RandomGenerator) {
    func density(at place: Double) -> Double {
      guard (lower[index]...upper[index]).contains(place) else { return -.infinity }
      var moved = point
      moved[index] = place
      return logDensity(moved)
    }
    let level = current + log(1 - generator.unit())
    let width = widths[index]
    var low = point[index] - width * generator.unit()
    var high = low + width
    while density(at: low) > level { low -= width }
    while density(at: high) > level { high += width }
    // The density is above the level at the point itself, so this ends; where rounding leaves nothing else, the point stays.
    for _ in 0..<60 {
      let place = low + (high - low) * generator.unit()
      let found = density(at: place)
      if found > level {
        (point[index], current) = (place, found)
        return
      }
      if place < point[index] { low = place } else { high = place }
    }
  }
}
