import GraftTensor
import Testing

@testable import GraftTune

@Suite struct SeveralObjectivesTests {
  /// Three fronts, whose points are given in no order.
  private static let fronts: [[[Double]]] = [
    [[0, 10], [1, 6], [2, 5], [3, 4], [10, 0]], [[3, 7], [5, 5]], [[6, 8]],
  ]

  @Test func frontsAreWhatIsLeftUndominated() {
    let costs = SeveralObjectivesTests.fronts.flatMap { $0 }
    var generator = RandomGenerator(seed: 3)
    for _ in 0..<20 {
      let order = generator.permutation(of: costs.count)
      let fronts = ParetoRanking.fronts(of: order.map { costs[$0] })
      #expect(fronts.map { $0.map { order[$0] }.sorted() } == [[0, 1, 2, 3, 4], [5, 6], [7]])
      #expect(fronts.allSatisfy { $0 == $0.sorted() })
    }
    // What is equal does not dominate.
    #expect(ParetoRanking.fronts(of: [[1, 1], [1, 1], [1, 2]]) == [[0, 1], [2]])
  }

  /// In the first front the neighbours of [1, 6] are 2/10 + 5/10 apart, those of [2, 5] 2/10 + 2/10, those of [3, 4] 8/10 + 5/10.
  @Test func withinAFrontWhatHasMoreRoomComesFirst() {
    let costs = SeveralObjectivesTests.fronts.flatMap { $0 }
    #expect(ParetoRanking.order(costs) == [0, 4, 3, 1, 2, 5, 6, 7])
    #expect(ParetoRanking.order(costs.reversed()).map { 7 - $0 } == [4, 0, 3, 1, 2, 6, 5, 7])
    #expect(ParetoRanking.order([[3], [1], [2], [1]]) == [1, 3, 2, 0])
    // Of three objectives the last is worst in one and best in none: an end of the front nevertheless.
    #expect(
      ParetoRanking.order([[0, 9, 4], [4, 0, 9], [5, 4, 0], [3, 3, 3], [9, 1, 1]]) == [0, 1, 2, 4, 3])
    #expect(ParetoRanking.order([]) == [])
  }

  /// Weights w and 1 − w, of the same generator: max(w·a, (1 − w)·b) + 0.05 (w·a + (1 − w)·b), where a and b are parts of the ranges.
  @Test func scalarizationWeighsPartsOfTheRanges() {
    // The second objective has another unit, the third does not vary.
    let costs: [[Double]] = [[0, 1000, 7], [4, -1000, 7], [1, 0, 7], [2, -500, 7]]
    let parts: [[Double]] = [[0, 1], [1, 0], [0.25, 0.5], [0.5, 0.25]]
    var best: Set<Int> = []
    for seed in 0..<40 {
      var (generator, other) = (RandomGenerator(seed: UInt64(seed)), RandomGenerator(seed: UInt64(seed)))
      let found = ChebyshevScalarization.costs(costs, using: &generator)
      let weights = other.dirichlet(count: 3, concentration: 1)
      for (cost, part) in zip(found, parts) {
        let weighted = [weights[0] * part[0], weights[1] * part[1]]
        // A few roundings of numbers up to 1.
        #expect(abs(cost - (max(weighted[0], weighted[1]) + 0.05 * (weighted[0] + weighted[1]))) < 1e-14)
      }
      best.insert(found.indices.min { found[$0] < found[$1] } ?? -1)
    }
    #expect(best == [0, 1, 2, 3], "each is best by some weights")
  }
}
