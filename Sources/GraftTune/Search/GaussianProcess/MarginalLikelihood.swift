import Foundation
import GraftTensor

/// How probable observations are with some settings, and which settings are probable after some observations.
///
/// log p(y) = −(yᵀ K⁻¹ y + log det K + n log 2π) / 2 and ∂ = tr((α αᵀ − K⁻¹) ∂K) / 2 with α = K⁻¹ (y − m): Rasmussen, Williams 2006,
/// chapter 5.4.1. The constant mean is the most probable one, so it adds nothing to the gradient.
struct MarginalLikelihood: Sendable {
  let features: Int
  let points: [Double]
  let values: [Double]
  let isCategory: [Bool]
  let prior: GaussianProcessPrior
  /// d² of each feature for each pair of points, the second being the earlier one.
  private let squaredDifferences: [Double]

  init(points: [Double], values: [Double], isCategory: [Bool]) {
    self.points = points
    self.values = values
    self.isCategory = isCategory
    features = isCategory.count
    prior = GaussianProcessPrior(features: features)
    var differences: [Double] = []
    differences.reserveCapacity(values.count * (values.count - 1) / 2 * features)
    for row in values.indices {
      for column in 0..<row {
        for feature in 0..<features {
          differences.append(
            MaternKernel.squaredDifference(
              points[row * features + feature], points[column * features + feature],
              isCategory: isCategory[feature]))
        }
      }
    }
    squaredDifferences = differences
  }

  /// What follows from some settings, on the way to a likelihood.
  private struct Conditioned {
    /// K without the noise, below the diagonal, and how each entry changes with minus half its r².
    var matrix, slopes: [Double]
    let factor: CholeskyFactor
    /// (K + σ² I)⁻¹ (y − m)
    let weights: [Double]
    let logLikelihood: Double
  }

  /// `nil` where rounding makes the covariance singular.
  private func conditioned(_ settings: GaussianProcessSettings) -> Conditioned? {
    let count = values.count
    let inverseSquares = settings.lengths.map { 1 / ($0 * $0) }
    var matrix = [Double](repeating: settings.variance + settings.noiseVariance, count: count * count)
    var slopes = [Double](repeating: 0, count: count * count)
    var pair = 0
    for row in 0..<count {
      for column in 0..<row {
        let distance = dot(squaredDifferences, pair, inverseSquares, 0, count: features)
        let (value, slope) = MaternKernel.profile(squaredDistance: distance)
        matrix[row * count + column] = settings.variance * value
        slopes[row * count + column] = settings.variance * slope
        pair += features
      }
    }
    guard let factor = CholeskyFactor(matrix, order: count) else { return nil }
    let mean = GaussianProcess.mean(of: values, factor)
    let residuals = values.map { $0 - mean }
    let weights = factor.solved(residuals)
    let fit = dot(residuals, 0, weights, 0, count: count)
    return Conditioned(
      matrix: matrix, slopes: slopes, factor: factor, weights: weights,
      logLikelihood: -(fit + factor.logDeterminant + Double(count) * log(2 * .pi) + mean * mean) / 2)
  }

  /// log p(y | settings) + log p(m) up to a constant, and its gradient by the logarithms of the settings.
  func logLikelihood(_ settings: GaussianProcessSettings) -> (value: Double, gradient: [Double])? {
    guard let known = conditioned(settings) else { return nil }
    let (count, weights) = (values.count, known.weights)
    let inverseSquares = settings.lengths.map { 1 / ($0 * $0) }
    let inverse = known.factor.inverse()
    var gradient = [Double](repeating: 0, count: features + 2)
    var pair = 0
    for row in 0..<count {
      for column in 0..<row {
        let place = row * count + column
        // Both halves of a symmetric matrix, so the half of the trace is gone.
        let factor = weights[row] * weights[column] - inverse[place]
        let slope = factor * known.slopes[place]
        for feature in 0..<features {
          gradient[feature] += slope * squaredDifferences[pair + feature] * inverseSquares[feature]
        }
        gradient[features] += factor * known.matrix[place]
        pair += features
      }
      let diagonal = (weights[row] * weights[row] - inverse[row * count + row]) / 2
      gradient[features] += diagonal * settings.variance
      gradient[features + 1] += diagonal * settings.noiseVariance
    }
    return (known.logLikelihood, gradient)
  }

  /// log p(settings | y) up to a constant, by their logarithms.
  func logPosterior(at logarithms: [Double]) -> Double {
    guard let known = conditioned(GaussianProcessSettings(logarithms: logarithms)) else { return -.infinity }
    return known.logLikelihood + prior.logDensity(at: logarithms).value
  }

  /// The most probable settings that several descents find.
  func mostProbable(startingFrom starts: [GaussianProcessSettings]) -> GaussianProcessSettings {
    let minimizer = BoundedMinimizer(lower: prior.lower, upper: prior.upper)
    let ends = starts.map { start in
      minimizer.minimize(from: start.logarithms) { logarithms in
        guard let likelihood = logLikelihood(GaussianProcessSettings(logarithms: logarithms)) else {
          return (.infinity, logarithms)
        }
        let density = prior.logDensity(at: logarithms)
        return (
          -likelihood.value - density.value,
          zip(likelihood.gradient, density.gradient).map { -$0 - $1 }
        )
      }
    }
    let best = ends.min { $0.value < $1.value }
    return GaussianProcessSettings(logarithms: best?.point ?? prior.locations)
  }

  /// Settings drawn in proportion to how probable they are: what is believed when they are not known but by the values.
  ///
  /// Few values say little of lengths and noise, and a search that takes the most probable ones for true overlooks what others would
  /// find (Snoek, Larochelle, Adams: *Practical Bayesian Optimization of Machine Learning Algorithms*, NIPS 2012).
  func draws(
    _ count: Int, startingFrom start: GaussianProcessSettings, using generator: inout RandomGenerator
  ) -> [GaussianProcessSettings] {
    var sampler = SliceSampler(
      start: start.logarithms, lower: prior.lower, upper: prior.upper, widths: prior.scales,
      logDensity: logPosterior)
    // The start is a most probable place already, so two sweeps are enough to forget it.
    for _ in 0..<2 { sampler.sweep(using: &generator) }
    return (0..<count).map { _ in
      sampler.sweep(using: &generator)
      return GaussianProcessSettings(logarithms: sampler.point)
    }
  }
}
