/// An order of observations with several costs, best first.
///
/// By fronts that no other observation dominates once the fronts before are gone, and within a front by how much room there is around an
/// observation: Deb, Pratap, Agarwal, Meyarivan: *A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II*, 2002.
enum ParetoRanking {
  /// Indices from the best to the worst; with one cost by it. What is equal stays in its order.
  static func order(_ costs: [[Double]]) -> [Int] {
    guard let count = costs.first?.count, count > 1 else {
      return costs.indices.sorted { (costs[$0].first ?? 0, $0) < (costs[$1].first ?? 0, $1) }
    }
    return fronts(of: costs).flatMap { front in
      let room = crowdingDistances(front.map { costs[$0] })
      return front.indices.sorted { (-room[$0], $0) < (-room[$1], $1) }.map { front[$0] }
    }
  }

  /// The indices of each front, from the best.
  static func fronts(of costs: [[Double]]) -> [[Int]] {
    var dominators = costs.map { cost in costs.count { ParetoFront.dominates($0, cost) } }
    var fronts: [[Int]] = []
    var front = costs.indices.filter { dominators[$0] == 0 }
    while !front.isEmpty {
      fronts.append(front)
      var next: Set<Int> = []
      for better in front {
        for worse in costs.indices where ParetoFront.dominates(costs[better], costs[worse]) {
          dominators[worse] -= 1
          if dominators[worse] == 0 { next.insert(worse) }
        }
      }
      front = next.sorted()
    }
    return fronts
  }

  /// How far the neighbours of each are apart, added over the costs in parts of their range; infinite at the ends.
  private static func crowdingDistances(_ costs: [[Double]]) -> [Double] {
    var distances = costs.map { _ in 0.0 }
    for objective in costs[0].indices {
      let order = costs.indices.sorted { (costs[$0][objective], $0) < (costs[$1][objective], $1) }
      let (low, high) = (costs[order[0]][objective], costs[order[order.count - 1]][objective])
      distances[order[0]] = .infinity
      distances[order[order.count - 1]] = .infinity
      guard high > low, order.count > 2 else { continue }
      for place in 1..<order.count - 1 {
        let (before, after) = (costs[order[place - 1]][objective], costs[order[place + 1]][objective])
        distances[order[place]] += (after - before) / (high - low)
      }
    }
    return distances
  }
}
