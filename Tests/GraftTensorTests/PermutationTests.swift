import GraftTensor
import Testing

@Suite struct PermutationTests {
  @Test(arguments: [0, 1, 2, 100])
  func containsEachNumberOnce(count: Int) {
    var generator = RandomGenerator(seed: 1)
    #expect(generator.permutation(of: count).sorted() == Array(0..<count))
  }

  /// Pearson's statistic of the 24 orders of four numbers has mean 23 and standard deviation √46; beyond 60 lies
  /// a probability of 4e-5.
  @Test func ordersAreEquallyLikely() {
    var generator = RandomGenerator(seed: 2)
    var counts: [[Int]: Int] = [:]
    for _ in 0..<4_800 { counts[generator.permutation(of: 4), default: 0] += 1 }
    #expect(counts.count == 24)
    let statistic = counts.values.reduce(0.0) { $0 + Double(($1 - 200) * ($1 - 200)) / 200 }
    #expect(statistic < 60)
  }

  @Test func integersStayBelowTheirBound() {
    var generator = RandomGenerator(seed: 3)
    var counts = [Int](repeating: 0, count: 3)
    for _ in 0..<3_000 { counts[generator.integer(below: 3)] += 1 }
    // Five standard errors, √(3000 · 1/3 · 2/3) = 26 each.
    #expect(counts.allSatisfy { abs($0 - 1_000) < 130 })
    // 2⁶² + 1 fits into 2⁶⁴ three times with nearly as much left over: every fourth draw must be rejected.
    #expect((0..<100).allSatisfy { _ in generator.integer(below: .max / 2 + 2) < .max / 2 + 2 })
  }
}
