import GraftTensor

/// An axis of an image as what another is made from: element i of that lies at (i + ½) · scale + offset.
struct ResampledAxis {
  /// How many elements there are to be made from.
  let length: Int
  let scale: Double
  var offset = 0.0

  /// An axis that is stretched or shrunk as a whole.
  init(from length: Int, to newLength: Int) {
    self.init(length: length, scale: Double(length) / Double(newLength), offset: 0)
  }

  init(length: Int, scale: Double, offset: Double) {
    self.length = length
    self.scale = scale
    self.offset = offset
  }
}

/// Which elements along one axis make each element of the resized axis, and their weights in fixed point.
///
/// The filter is stretched by max(scale, 1); it covers the elements whose middle, k + ½, lies within its support of the place c of the
/// new element, as far as they exist; their weights are divided by their sum. Pillow computes so, and rounds the weights to
/// multiples of 2⁻²²: a sum of products with bytes then fits 32 bits with room for filters that overshoot.
struct ResamplingTaps {
  /// The elements and their weights.
  let axis: AxisWeights

  /// Whether there are fewer elements than before.
  let shrinks: Bool
  /// Whether there are more.
  let grows: Bool

  /// The binary digits of a weight after the point.
  private static let fractionBits = 22

  /// The taps of some elements of a resized axis.
  init(of axis: ResampledAxis, outputs: Range<Int>, filter: ResamplingFilter) {
    (shrinks, grows) = (axis.scale > 1, axis.scale < 1)
    self.axis =
      filter.kind == .nearest
      ? ResamplingTaps.nearest(of: axis, outputs: outputs)
      : ResamplingTaps.weighted(of: axis, outputs: outputs, filter: filter)
  }

  private static func weighted(
    of axis: ResampledAxis, outputs: Range<Int>, filter: ResamplingFilter
  ) -> AxisWeights {
    let stretch = max(axis.scale, 1)
    let support = filter.support * stretch
    let capacity = min(Int(support.rounded(.up)) * 2 + 1, axis.length)
    var result = AxisWeights(
      starts: [], counts: [], weights: Array(repeating: 0, count: outputs.count * capacity),
      capacity: capacity)
    for (row, output) in outputs.enumerated() {
      let center = (Double(output) + 0.5) * axis.scale + axis.offset
      let start = min(max(0, Int(center - support + 0.5)), axis.length - 1)
      let end = max(start + 1, min(axis.length, Int(center + support + 0.5)))
      let shares = (start..<end).map { filter.weight(at: (Double($0) - center + 0.5) * (1 / stretch)) }
      let sum = shares.reduce(0, +)
      for (tap, share) in shares.enumerated() {
        result.weights[row * capacity + tap] = fixedPoint(sum == 0 ? share : share / sum)
      }
      result.starts.append(start)
      result.counts.append(end - start)
    }
    return result
  }

  /// The elements that each output lies in. Pillow goes from one to the next by addition; where a place is nearly the border of two
  /// pixels, its rounding decides.
  private static func nearest(of axis: ResampledAxis, outputs: Range<Int>) -> AxisWeights {
    var place = axis.scale * 0.5 + axis.offset
    let starts = (0..<outputs.upperBound).compactMap { output -> Int? in
      defer { place += axis.scale }
      return output < outputs.lowerBound ? nil : min(max(Int(place.rounded(.down)), 0), axis.length - 1)
    }
    return AxisWeights(
      starts: starts, counts: Array(repeating: 1, count: outputs.count),
      weights: Array(repeating: fixedPoint(1), count: outputs.count), capacity: 1)
  }

  /// The nearest multiple of the last binary digit, halves away from zero.
  private static func fixedPoint(_ weight: Double) -> Int32 {
    Int32((weight * Double(1 << fractionBits)).rounded(.toNearestOrAwayFromZero))
  }
}
