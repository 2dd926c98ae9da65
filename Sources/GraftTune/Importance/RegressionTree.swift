import GraftTensor

/// A tree that cuts the unit cube into boxes and gives each box one value: Breiman et al., *Classification and Regression Trees*, 1984.
struct RegressionTree {
  /// A part of the cube, and the mean of what was seen there.
  struct Leaf {
    let box: [ClosedRange<Double>]
    let value: Double
  }

  private(set) var leaves: [Leaf] = []

  /// Grows a tree until boxes hold fewer than `leastCount` samples or all values in a box are equal.
  ///
  /// - Parameters:
  ///   - points: in the unit cube; at least one.
  ///   - values: one a point.
  ///   - candidates: among how many dimensions, drawn anew, each cut is chosen.
  init(
    _ points: [[Double]], _ values: [Double], leastCount: Int, candidates: Int,
    using generator: inout RandomGenerator
  ) {
    let grower = Grower(points: points, values: values, leastCount: leastCount, candidates: candidates)
    let cube = Array(repeating: 0.0...1.0, count: points[0].count)
    grower.grow(Array(points.indices), in: cube, into: &leaves, using: &generator)
  }

  /// The value of the box that a point is in.
  func value(at point: [Double]) -> Double {
    leaves.first { zip($0.box, point).allSatisfy { $0.contains($1) } }?.value ?? 0
  }
}

private struct Grower {
  let points: [[Double]]
  let values: [Double]
  let leastCount: Int
  let candidates: Int

  /// A place where a box is divided.
  struct Cut {
    let dimension: Int
    let place: Double
    /// The sum of squares that it takes away, but for a constant.
    let gain: Double
  }

  func grow(
    _ members: [Int], in box: [ClosedRange<Double>], into leaves: inout [RegressionTree.Leaf],
    using generator: inout RandomGenerator
  ) {
    guard members.count >= 2 * leastCount, let cut = bestCut(of: members, using: &generator) else {
      let mean = members.map { values[$0] }.reduce(0, +) / Double(members.count)
      leaves.append(RegressionTree.Leaf(box: box, value: mean))
      return
    }
    var (below, above) = (box, box)
    below[cut.dimension] = box[cut.dimension].lowerBound...cut.place
    above[cut.dimension] = cut.place...box[cut.dimension].upperBound
    grow(
      members.filter { points[$0][cut.dimension] <= cut.place }, in: below, into: &leaves, using: &generator)
    grow(
      members.filter { points[$0][cut.dimension] > cut.place }, in: above, into: &leaves, using: &generator)
  }

  /// The cut that leaves least variance, or `nil` where none leaves less.
  private func bestCut(of members: [Int], using generator: inout RandomGenerator) -> Cut? {
    let order = generator.permutation(of: points[0].count)
    var best: Cut?
    for (tried, dimension) in order.enumerated() {
      // Where the drawn dimensions cannot be cut at all, others are tried.
      if tried >= candidates, best != nil { break }
      if let cut = bestCut(of: members, along: dimension), cut.gain > best?.gain ?? 0 { best = cut }
    }
    return best
  }

  private func bestCut(of members: [Int], along dimension: Int) -> Cut? {
    let sorted = members.sorted { points[$0][dimension] < points[$1][dimension] }
    let mean = members.map { values[$0] }.reduce(0, +) / Double(members.count)
    let deviations = sorted.map { values[$0] - mean }
    var best: Cut?
    var sum = 0.0
    for count in 1..<sorted.count {
      sum += deviations[count - 1]
      let (left, right) = (points[sorted[count - 1]][dimension], points[sorted[count]][dimension])
      guard right > left, count >= leastCount, sorted.count - count >= leastCount else { continue }
      // Deviations sum to zero, so those above the cut to the negative of those below.
      let gain = sum * sum / Double(count) + sum * sum / Double(sorted.count - count)
      if gain > best?.gain ?? 1e-12 {
        best = Cut(dimension: dimension, place: (left + right) / 2, gain: gain)
      }
    }
    return best
  }
}
