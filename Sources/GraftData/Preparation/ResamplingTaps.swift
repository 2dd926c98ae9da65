import GraftTensor

/// Which elements along one axis make each element of the resized axis, and their weights in fixed point.
///
/// Element i of h' lies at c = (i + ½) · s in an axis of h, s = h / h'. The filter is stretched by max(s, 1); it covers the elements
/// whose middle, k + ½, lies within its support of c, as far as they exist; their weights are divided by their sum. Pillow
/// computes so, and rounds the weights to multiples of 2⁻²²: a sum of products with bytes then fits 32 bits with room for
/// filters that overshoot.
struct ResamplingTaps {
  /// The first element that each output is made of.
  private(set) var starts: [Int] = []
  /// How many elements each output is made of.
  private(set) var counts: [Int] = []
  /// The weights, ``capacity`` places for each output.
  private(set) var weights: [Int32]
  /// The places for the weights of one output, of which its count are used.
  let capacity: Int

  /// The binary digits of a weight after the point.
  static let fractionBits: Int32 = 22

  /// The taps of some elements of an axis resized from `length` to `newLength`.
  init(from length: Int, to newLength: Int, outputs: Range<Int>, filter: ResamplingFilter) {
    let scale = Double(length) / Double(newLength)
    let stretch = max(scale, 1)
    let support = filter.support * stretch
    capacity = min(Int(support.rounded(.up)) * 2 + 1, length)
    weights = Array(repeating: 0, count: outputs.count * capacity)
    for (row, output) in outputs.enumerated() {
      let center = (Double(output) + 0.5) * scale
      let start = max(0, Int(center - support + 0.5))
      let end = min(length, Int(center + support + 0.5))
      let shares = (start..<end).map { filter.weight(at: (Double($0) - center + 0.5) * (1 / stretch)) }
      let sum = shares.reduce(0, +)
      for (tap, share) in shares.enumerated() {
        weights[row * capacity + tap] = ResamplingTaps.fixedPoint(sum == 0 ? share : share / sum)
      }
      starts.append(start)
      counts.append(end - start)
    }
  }

  /// The elements of the axis that any of the outputs is made of.
  var sources: Range<Int> {
    let ends = zip(starts, counts).map { $0 + $1 }
    return (starts.min() ?? 0)..<(ends.max() ?? 0)
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
