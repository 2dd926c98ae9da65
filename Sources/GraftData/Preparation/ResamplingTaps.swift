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
  /// The first element that each output is made of.
  private(set) var starts: [Int] = []
  /// How many elements each output is made of.
  private(set) var counts: [Int] = []
  /// The weights, ``capacity`` places for each output.
  private(set) var weights: [Int32]
  /// The places for the weights of one output, of which its count are used.
  let capacity: Int

  /// Whether there are fewer elements than before.
  let shrinks: Bool
  /// Whether there are more.
  let grows: Bool

  /// The binary digits of a weight after the point.
  static let fractionBits: Int32 = 22

  /// The taps of some elements of a resized axis.
  init(of axis: ResampledAxis, outputs: Range<Int>, filter: ResamplingFilter) {
    (shrinks, grows) = (axis.scale > 1, axis.scale < 1)
    guard filter.kind != .nearest else {
      (capacity, weights) = (1, Array(repeating: 1 << ResamplingTaps.fractionBits, count: outputs.count))
      starts = ResamplingTaps.nearest(of: axis, outputs: outputs)
      counts = Array(repeating: 1, count: outputs.count)
      return
    }
    let stretch = max(axis.scale, 1)
    let support = filter.support * stretch
    capacity = min(Int(support.rounded(.up)) * 2 + 1, axis.length)
    weights = Array(repeating: 0, count: outputs.count * capacity)
    for (row, output) in outputs.enumerated() {
      let center = (Double(output) + 0.5) * axis.scale + axis.offset
      let start = min(max(0, Int(center - support + 0.5)), axis.length - 1)
      let end = max(start + 1, min(axis.length, Int(center + support + 0.5)))
      let shares = (start..<end).map { filter.weight(at: (Double($0) - center + 0.5) * (1 / stretch)) }
      let sum = shares.reduce(0, +)
      for (tap, share) in shares.enumerated() {
        weights[row * capacity + tap] = ResamplingTaps.fixedPoint(sum == 0 ? share : share / sum)
      }
      starts.append(start)
      counts.append(end - start)
    }
  }

  /// The elements that each output lies in. Pillow goes from one to the next by addition; where a place is nearly the border of two
  /// pixels, its rounding decides.
  private static func nearest(of axis: ResampledAxis, outputs: Range<Int>) -> [Int] {
    var place = axis.scale * 0.5 + axis.offset
    return (0..<outputs.upperBound).compactMap { output in
      defer { place += axis.scale }
      return output < outputs.lowerBound ? nil : min(max(Int(place.rounded(.down)), 0), axis.length - 1)
    }
  }

  /// The elements of the axis that any of the outputs is made of.
  var sources: Range<Int> {
    let ends = zip(starts, counts).map { $0 + $1 }
    return (starts.min() ?? 0)..<(ends.max() ?? 0)
  }

  /// Calls `body` with starts, counts and weights.
  func withUnsafeTaps(
    _ body: (UnsafeBufferPointer<Int>, UnsafeBufferPointer<Int>, UnsafeBufferPointer<Int32>) -> Void
  ) {
    starts.withUnsafeBufferPointer { starts in
      counts.withUnsafeBufferPointer { counts in
        weights.withUnsafeBufferPointer { body(starts, counts, $0) }
      }
    }
  }

  /// The byte nearest to a sum of products of bytes and weights.
  static func byte(_ sum: Int32) -> UInt8 {
    UInt8(clamping: (sum + 1 << (fractionBits - 1)) >> fractionBits)
  }

  /// The nearest multiple of the last binary digit, halves away from zero.
  private static func fixedPoint(_ weight: Double) -> Int32 {
    Int32((weight * Double(1 << fractionBits)).rounded(.toNearestOrAwayFromZero))
  }
}
