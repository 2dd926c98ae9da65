import Foundation

/// How probable observations are with some settings, and the settings that make them most probable.
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

  /// log p(y | settings) + log p(m) up to a constant, and its gradient by the logarithms of the settings.
  func logLikelihood(_ settings: GaussianProcessSettings) -> (value: Double, gradient: [Double])? {
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
    let value =
      -(fit + factor.logDeterminant + Double(count) * log(2 * .pi) + mean * mean) / 2

    let inverse = factor.inverse()
    var gradient = [Double](repeating: 0, count: features + 2)
    pair = 0
    for row in 0..<count {
      for column in 0..<row {
        let place = row * count + column
        // Both halves of a symmetric matrix, so the half of the trace is gone.
        let factor = weights[row] * weights[column] - inverse[place]
        let slope = factor * slopes[place]
        for feature in 0..<features {
          gradient[feature] += slope * squaredDifferences[pair + feature] * inverseSquares[feature]
        }
        gradient[features] += factor * matrix[place]
        pair += features
      }
      let diagonal = (weights[row] * weights[row] - inverse[row * count + row]) / 2
      gradient[features] += diagonal * settings.variance
      gradient[features + 1] += diagonal * settings.noiseVariance
    }
    return (value, gradient)
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
}
