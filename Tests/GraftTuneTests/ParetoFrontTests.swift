import GraftTensor
import Testing

@testable import GraftTune

@Suite struct ParetoFrontTests {
  @Test func equalsTheDefinition() {
    var generator = RandomGenerator(seed: 5)
    for objectives in 1...4 {
      for count in [0, 1, 2, 7, 40] {
        for _ in 0..<20 {
          // Few different numbers, so that there are equal points and equal coordinates.
          let costs = (0..<count).map { _ in (0..<objectives).map { _ in Double(generator.next() % 6) } }
          let expected = costs.indices.filter { place in
            !costs.contains { other in
              zip(other, costs[place]).allSatisfy { $0 <= $1 }
                && zip(other, costs[place]).contains { $0 < $1 }
            }
          }
          #expect(ParetoFront.positions(of: costs) == expected)
        }
      }
    }
  }

  @Test func aStudyKeepsWhatNothingBeats() throws {
    let study = try Study(
      Counting.space, .maximize("accuracy"), .minimize("latency"), method: Counting(), seed: 1)
    let results: [[Double]] = [[0.9, 30], [0.8, 10], [0.85, 30], [0.95, 90], [.nan, 1], [0.8, 12]]
    try study.run(trials: results.count) { results[$0[Counting.place]] }
    #expect(study.pareto.map(\.number) == [0, 1, 3])
    #expect(study.best?.number == 3)
  }
}
