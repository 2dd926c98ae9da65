import Foundation
import GraftTensor

/// What is believed about a function after some noisy observations of it.
///
/// Rasmussen, Williams: *Gaussian Processes for Machine Learning*, 2006, algorithm 2.1.
struct GaussianProcess: Sendable {
  private let kernel: MaternKernel
  /// Features of the observed points, one point after the other.
  let points: [Double]
  /// What the function is expected to be far from any observation.
  let mean: Double
  private let factor: CholeskyFactor
  /// (K + σ² I)⁻¹ (y − m)
  private let weights: [Double]

  /// The mean and variance of the function, without the noise of observing it.
  struct Belief: Sendable {
    var mean: Double
    var variance: Double
  }

  /// What follows from values at points. With no `mean` it is the most probable one.
  init(
    settings: GaussianProcessSettings, isCategory: [Bool], points: [Double], values: [Double],
    mean: Double? = nil
  ) {
    self.points = points
    kernel = settings.kernel(isCategory: isCategory)
    factor = CholeskyFactor(covarianceOf: points, kernel: kernel, noise: settings.noiseVariance)
    self.mean = mean ?? GaussianProcess.mean(of: values, factor)
    weights = factor.solved(values.map { [mean = self.mean] in $0 - mean })
  }

  /// The most probable constant, of which nothing is known but that it is about 0 ± 1: bᵀy / (bᵀ1 + 1) with b = (K + σ² I)⁻¹ 1.
  static func mean(of values: [Double], _ factor: CholeskyFactor) -> Double {
    let row = factor.solved(Array(repeating: 1, count: values.count))
    return dot(row, 0, values, 0, count: values.count) / (row.reduce(0, +) + 1)
  }

  /// What is believed about the function at a point.
  func belief(at point: [Double]) -> Belief {
    let covariances = covariances(with: point)
    let half = factor.solvedByLower(covariances.values)
    return Belief(
      mean: mean + dot(covariances.values, 0, weights, 0, count: weights.count),
      variance: max(kernel.variance - dot(half, 0, half, 0, count: half.count), 1e-12 * kernel.variance))
  }

  /// The same, and how mean and variance change with each feature; 0 for categories.
  func beliefWithGradient(at point: [Double]) -> (belief: Belief, mean: [Double], variance: [Double]) {
    let covariances = covariances(with: point)
    let solved = factor.solved(covariances.values)
    var belief = Belief(mean: mean, variance: kernel.variance)
    var (meanGradient, varianceGradient) = (point.map { _ in 0.0 }, point.map { _ in 0.0 })
    let width = point.count
    for index in weights.indices {
      belief.mean += covariances.values[index] * weights[index]
      belief.variance -= covariances.values[index] * solved[index]
      for feature in 0..<width where !kernel.isCategory[feature] {
        let difference = point[feature] - points[index * width + feature]
        let slope =
          -covariances.slopes[index] * difference / (kernel.lengths[feature] * kernel.lengths[feature])
        meanGradient[feature] += slope * weights[index]
        varianceGradient[feature] -= 2 * slope * solved[index]
      }
    }
    belief.variance = max(belief.variance, 1e-12 * kernel.variance)
    return (belief, meanGradient, varianceGradient)
  }

  private func covariances(with point: [Double]) -> (values: [Double], slopes: [Double]) {
    let width = point.count
    var values = [Double](repeating: 0, count: weights.count)
    var slopes = values
    for index in values.indices {
      let distance = kernel.squaredDistance(points, index * width, point, 0)
      let (value, slope) = MaternKernel.profile(squaredDistance: distance)
      values[index] = kernel.variance * value
      slopes[index] = kernel.variance * slope
    }
    return (values, slopes)
  }
}

extension CholeskyFactor {
  /// The factor of K + σ² I; where rounding makes that singular, of a little more.
  init(covarianceOf points: [Double], kernel: MaternKernel, noise: Double) {
    var matrix = kernel.matrix(of: points)
    let order = points.count / kernel.lengths.count
    var added = noise
    for diagonal in 0..<order { matrix[diagonal * order + diagonal] += noise }
    while true {
      if let factor = CholeskyFactor(matrix, order: order) {
        self = factor
        return
      }
      require(added.isFinite, "GaussianProcess: a covariance that is not a number")
      let more = max(added * 9, 1e-10 * kernel.variance)
      added += more
      for diagonal in 0..<order { matrix[diagonal * order + diagonal] += more }
    }
  }
}
