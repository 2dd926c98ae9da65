import Foundation
import GraftTensor
import Testing

@testable import GraftTune

/// What `Fixtures/make_gaussian_process.py` wrote.
private struct GaussianProcessFixture: Decodable {
  let points, values, lengths, test, posteriorMean, posteriorVariance, gradient, zs, logImprovements: [Double]
  let variance, noise, mean, likelihood: Double

  static let shared: GaussianProcessFixture = fixture("gaussian_process.json")

  var settings: GaussianProcessSettings {
    GaussianProcessSettings(lengths: lengths, variance: variance, noiseVariance: noise)
  }
}

@Suite struct GaussianProcessTests {
  private let known = GaussianProcessFixture.shared
  let isCategory = [false, false, true]

  // The covariance of the fixture has a condition number below 10³: 10³ × 2⁻⁵³ and some operations.
  let tolerance = 1e-11

  @Test func beliefIsThatOfTheReference() {
    let process = GaussianProcess(
      settings: known.settings, isCategory: isCategory, points: known.points, values: known.values)
    #expect(abs(process.mean - known.mean) < tolerance)
    for index in known.posteriorMean.indices {
      let point = Array(known.test[3 * index..<3 * index + 3])
      for belief in [process.belief(at: point), process.beliefWithGradient(at: point).belief] {
        #expect(abs(belief.mean - known.posteriorMean[index]) < tolerance)
        #expect(abs(belief.variance - known.posteriorVariance[index]) < tolerance)
      }
    }
  }

  @Test func marginalLikelihoodIsThatOfTheReference() throws {
    let likelihood = MarginalLikelihood(points: known.points, values: known.values, isCategory: isCategory)
    let (value, gradient) = try #require(likelihood.logLikelihood(known.settings))
    #expect(abs(value - known.likelihood) < tolerance)
    for (a, b) in zip(gradient, known.gradient) { #expect(abs(a - b) < tolerance) }
  }

  @Test func gradientsOfBeliefAndImprovementAreThoseOfDifferences() {
    let process = GaussianProcess(
      settings: known.settings, isCategory: isCategory, points: known.points, values: known.values)
    let point = [0.31, 0.62, 1]
    let (_, mean, variance) = process.beliefWithGradient(at: point)
    let best = known.values.min()! - 1
    let belief = process.belief(at: point)
    let slopes = LogExpectedImprovement.valueWithSlopes(belief, best: best)
    for feature in 0..<2 {
      // Differences of step h are exact up to h² ≈ 10⁻¹⁰ of third derivatives below 10³, and 10⁻¹⁶ / h of rounding.
      let step = 1e-5
      var (up, down) = (point, point)
      up[feature] += step
      down[feature] -= step
      let (above, below) = (process.belief(at: up), process.belief(at: down))
      #expect(abs(mean[feature] - (above.mean - below.mean) / (2 * step)) < 1e-7)
      #expect(abs(variance[feature] - (above.variance - below.variance) / (2 * step)) < 1e-7)
      let difference =
        (LogExpectedImprovement.value(above, best: best) - LogExpectedImprovement.value(below, best: best))
        / (2 * step)
      #expect(abs(slopes.mean * mean[feature] + slopes.variance * variance[feature] - difference) < 1e-6)
    }
    #expect(mean[2] == 0 && variance[2] == 0)
  }

  @Test func logImprovementIsExactFarFromTheBest() {
    for (z, wanted) in zip(known.zs, known.logImprovements) {
      let (value, density, cumulative) = LogExpectedImprovement.improvement(z)
      // 1 − |z| M loses z² ulps up to |z| = 10, the series none.
      #expect(abs(value - wanted) <= 1e-13 * max(1, abs(wanted)))
      // h = φ + z Φ, divided by h: both shares grow with z².
      #expect(abs(density + z * cumulative - 1) <= 1e-12 * max(1, z * z))
    }
    let (_, _, ratio) = LogExpectedImprovement.improvement(-1e9)
    #expect(abs(ratio / 1e9 - 1) < 1e-12)
  }

  @Test func factorSolvesAndInverts() throws {
    var generator = RandomGenerator(seed: 2)
    let order = 13
    let root = (0..<order * order).map { _ in generator.normal() }
    var matrix = [Double](repeating: 0, count: order * order)
    for row in 0..<order {
      for column in 0..<order {
        matrix[row * order + column] =
          (row == column ? 1 : 0) + dot(root, row * order, root, column * order, count: order)
      }
    }
    let factor = try #require(CholeskyFactor(matrix, order: order))
    let vector = (0..<order).map { _ in generator.normal() }
    let (solved, inverse) = (factor.solved(vector), factor.inverse())
    // The least eigenvalue is 1, the largest below 60.
    for row in 0..<order {
      #expect(abs(dot(matrix, row * order, solved, 0, count: order) - vector[row]) < 1e-12)
      #expect(abs(dot(inverse, row * order, vector, 0, count: order) - solved[row]) < 1e-12)
    }
    let diagonal = try #require(CholeskyFactor([4, 0, 0, 9], order: 2))
    #expect(abs(diagonal.logDeterminant - log(36)) < 1e-15)
    #expect(CholeskyFactor([1, 2, 2, 1], order: 2) == nil)
  }

  @Test func minimizerFindsTheMinimumInABox() {
    // Rosenbrock's valley: free minimum (1, 1); with x ≤ 0.5 it is (0.5, 0.25).
    func valley(_ x: [Double]) -> (value: Double, gradient: [Double]) {
      let (a, b) = (1 - x[0], x[1] - x[0] * x[0])
      return (a * a + 100 * b * b, [-2 * a - 400 * x[0] * b, 200 * b])
    }
    for (upper, wanted) in [(2.0, [1.0, 1.0]), (0.5, [0.5, 0.25])] {
      var minimizer = BoundedMinimizer(lower: [-2, -2], upper: [upper, 2])
      minimizer.iterations = 200
      let end = minimizer.minimize(from: [-1.2, 1], valley)
      // The gradient is below 10⁻⁵ there, and the least curvature 0.4.
      for (a, b) in zip(end.point, wanted) { #expect(abs(a - b) < 1e-3) }
    }
  }

  @Test func outcomesKeepTheBetterHalf() {
    let costs = [3.0, 1, 2, 5, 2.5, 1e9, 2.2, .infinity]
    let values = OutcomeWarp.standardized(costs)
    #expect(abs(values.reduce(0, +)) < 1e-12)
    #expect(abs(values.reduce(0) { $0 + $1 * $1 } / 8 - 1) < 1e-12)
    let order = costs.indices.sorted { costs[$0] < costs[$1] }
    #expect(zip(order, order.dropFirst()).allSatisfy { values[$0] <= values[$1] })
    #expect(values[0] < values[3] && values[3] < values[5])
    #expect(abs((values[2] - values[1]) / (values[6] - values[1]) - 1 / 1.2) < 1e-12)
    #expect(values.max()! < 3)
    #expect(OutcomeWarp.standardized([7, 7, 7]) == [0, 0, 0])
    #expect(OutcomeWarp.standardized([1e308, -1e308, 5e307]).allSatisfy { $0.isFinite })
  }
}
