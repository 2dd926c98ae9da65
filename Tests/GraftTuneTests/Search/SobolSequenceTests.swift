import GraftTensor
import Testing

@testable import GraftTune

@Suite struct SobolSequenceTests {
  struct Known: Decodable {
    let indices: [Int]
    let points: [[Int]]
  }

  @Test func pointsAreThoseOfSciPy() {
    let known: Known = fixture("sobol.json")
    let sequence = SobolSequence(dimensions: 32)
    for (index, point) in zip(known.indices, known.points) {
      #expect(sequence.point(at: index).map { $0 * 1024 } == point.map(Double.init))
    }
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func scrambledPointsStayBalanced(seed: UInt64) {
    var generator = RandomGenerator(seed: seed)
    let sequence = SobolSequence(dimensions: 7, scrambledBy: &generator)
    for start in [0, 64, 192] {
      let points = (start..<start + 64).map(sequence.point(at:))
      for dimension in 0..<7 {
        // One point in each of 64 equal intervals of every dimension.
        #expect(Set(points.map { Int($0[dimension] * 64) }).count == 64)
      }
      // The first two dimensions are a (0, 6, 2)-net: one point in each elementary box of area 1/64.
      for power in 0...6 {
        let (columns, rows) = (Double(1 << power), Double(1 << (6 - power)))
        #expect(Set(points.map { [Int($0[0] * columns), Int($0[1] * rows)] }).count == 64)
      }
    }
  }

  @Test func scramblingDependsOnTheSeedAndIsUniform() {
    // The first point is uniform over seeds: the mean of 400 has a standard error of 0.0144; five of them are allowed.
    let firsts = (0..<400).map { ScrambledPoints(dimensions: 2, seed: $0).point(at: 0) }
    for dimension in 0..<2 {
      let mean = firsts.map { $0[dimension] }.reduce(0, +) / 400
      #expect(abs(mean - 0.5) < 0.072)
    }
    #expect(Set(firsts).count == 400)
    #expect(firsts.allSatisfy { $0.allSatisfy { $0 > 0 && $0 < 1 } })
  }

  @Test func moreDimensionsThanTheTableHasAreRandom() {
    let points = ScrambledPoints(dimensions: 40, seed: 5)
    #expect(points.point(at: 3) == points.point(at: 3))
    #expect(points.point(at: 3).count == 40)
    #expect(points.point(at: 3)[39] != points.point(at: 4)[39])
    #expect(points.point(at: 3)[39] != ScrambledPoints(dimensions: 40, seed: 6).point(at: 3)[39])
  }
}
