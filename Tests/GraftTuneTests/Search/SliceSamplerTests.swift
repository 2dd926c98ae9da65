import Foundation
import GraftTensor
import Testing

@testable import GraftTune

@Suite struct SliceSamplerTests {
  /// Mean, variance and covariance of many points, each with the deviation that chance gives it.
  @Test func pointsHaveTheMomentsOfTheirDensity() {
    // Normal, correlation 0.6, deviations 1 and 3; the widths are guesses that are wrong both ways.
    var looks = 0
    var sampler = SliceSampler(
      start: [4, -9], lower: [-100, -100], upper: [100, 100], widths: [10, 0.5]
    ) { point in
      looks += 1
      let (x, y) = (point[0], point[1] / 3)
      return -(x * x - 1.2 * x * y + y * y) / (2 * (1 - 0.36)) + 5
    }
    var generator = RandomGenerator(seed: 3)
    for _ in 0..<20 { sampler.sweep(using: &generator) }
    let points = (0..<20_000).map { _ in
      sampler.sweep(using: &generator)
      return sampler.point
    }
    func mean(_ value: ([Double]) -> Double) -> Double {
      points.reduce(0) { $0 + value($1) } / Double(points.count)
    }
    // Moving one coordinate after the other leaves a correlation of 0.36 and less between neighbours, a width of 0.5 on a deviation of 3
    // somewhat more: at least 5,000 independent points, so a mean deviates by 1 / √5000 = 0.014, a square by √2 times that. Four times.
    let (first, second) = (mean { $0[0] }, mean { $0[1] / 3 })
    #expect(abs(first) < 0.057)
    #expect(abs(second) < 0.057)
    let squares = (mean { $0[0] * $0[0] }, mean { $0[1] * $0[1] / 9 }, mean { $0[0] * $0[1] / 3 })
    #expect(abs(squares.0 - 1) < 0.08)
    #expect(abs(squares.1 - 1) < 0.08)
    #expect(abs(squares.2 - 0.6) < 0.08)
    // About twelve a move: some points of an interval ten deviations long, ten steps to make one of 0.5 as long as the slice. Shrinking it on the
    // wrong side takes 36.
    #expect(looks < 20_020 * 2 * 20)
  }

  @Test func pointsStayInTheBoxAndFillIt() {
    // Density x on 0…1, a bound where it is greatest: mean 2/3, below a half a quarter.
    var sampler = SliceSampler(start: [7], lower: [0], upper: [1], widths: [0.3]) { log($0[0]) }
    var generator = RandomGenerator(seed: 5)
    let points = (0..<20_000).map { _ in
      sampler.sweep(using: &generator)
      return sampler.point[0]
    }
    #expect(points.allSatisfy { (0...1).contains($0) })
    // Deviations 0.24 and 0.43 of one point, of the mean of 5,000: 0.0034 and 0.0061. Four times.
    let mean = points.reduce(0, +) / 20_000
    let lower = Double(points.count { $0 < 0.5 }) / 20_000
    #expect(abs(mean - 2.0 / 3) < 0.014)
    #expect(abs(lower - 0.25) < 0.025)
  }

  @Test func aSeedGivesTheSamePoints() {
    func points(_ seed: UInt64) -> [[Double]] {
      var sampler = SliceSampler(start: [0, 0], lower: [-1, -1], upper: [1, 1], widths: [1, 1]) {
        -abs($0[0] - $0[1])
      }
      var generator = RandomGenerator(seed: seed)
      return (0..<5).map { _ in
        sampler.sweep(using: &generator)
        return sampler.point
      }
    }
    #expect(points(1) == points(1))
    #expect(points(1) != points(2))
  }
}
