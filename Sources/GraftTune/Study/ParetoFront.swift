/// Which of some points no other one beats.
enum ParetoFront {
  /// The places of the points that no other is as good as in everything and better in something, ascending. Small is good; equal points
  /// don't beat each other.
  ///
  /// - Parameter costs: points with as many numbers each.
  static func positions(of costs: [[Double]]) -> [Int] {
    // In lexicographic order a point is beaten by an earlier one only, and then by one of the front.
    let order = costs.indices.sorted { left, right in
      costs[left].lexicographicallyPrecedes(costs[right])
    }
    var front: [Int] = []
    for position in order where !front.contains(where: { dominates(costs[$0], costs[position]) }) {
      front.append(position)
    }
    return front.sorted()
  }

  /// Whether the first point is as good in everything and better in something.
  static func dominates(_ left: [Double], _ right: [Double]) -> Bool {
    zip(left, right).allSatisfy { $0 <= $1 } && left != right
  }
}
