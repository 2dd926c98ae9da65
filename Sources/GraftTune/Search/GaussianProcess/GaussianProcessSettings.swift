import Foundation

/// What a Gaussian process does not learn by conditioning: its lengths, variance and noise.
struct GaussianProcessSettings: Sendable, Equatable {
  /// One for each feature.
  var lengths: [Double]
  /// Of the function.
  var variance: Double
  /// Of an observation around the function.
  var noiseVariance: Double

  func kernel(isCategory: [Bool]) -> MaternKernel {
    MaternKernel(lengths: lengths, variance: variance, isCategory: isCategory)
  }

  /// Their logarithms: lengths, variance, noise.
  var logarithms: [Double] { (lengths + [variance, noiseVariance]).map { log($0) } }

  init(lengths: [Double], variance: Double, noiseVariance: Double) {
    self.lengths = lengths
    self.variance = variance
    self.noiseVariance = noiseVariance
  }

  init(logarithms: [Double]) {
    let values = logarithms.map { exp($0) }
    self.init(
      lengths: Array(values.dropLast(2)), variance: values[values.count - 2],
      noiseVariance: values[values.count - 1])
  }
}

/// What is thought of them before any observation, for values whose mean is 0 and variance 1: independent log-normal distributions.
///
/// Lengths grow with the root of the number of features, so that points of a larger cube are no less alike: Hvarfner, Hellsten, Nardi:
/// *Vanilla Bayesian Optimization Performs Great in High Dimensions*, ICML 2024.
struct GaussianProcessPrior: Sendable {
  /// Of each logarithm, in the order of ``GaussianProcessSettings/logarithms``.
  let locations: [Double]
  let scales: [Double]
  let lower: [Double]
  let upper: [Double]

  init(features: Int) {
    let length = 2.0.squareRoot() + log(Double(features)) / 2
    locations = Array(repeating: length, count: features) + [0, -9]
    scales = Array(repeating: 3.0.squareRoot(), count: features) + [1, 2]
    lower = Array(repeating: log(0.005), count: features) + [log(0.05), log(1e-6)]
    upper = Array(repeating: log(1e3), count: features) + [log(20), 0]
  }

  /// The logarithm of the density of the logarithms, without its constant, and its gradient.
  func logDensity(at logarithms: [Double]) -> (value: Double, gradient: [Double]) {
    var (value, gradient) = (0.0, logarithms)
    for index in logarithms.indices {
      let z = (logarithms[index] - locations[index]) / scales[index]
      value -= z * z / 2
      gradient[index] = -z / scales[index]
    }
    return (value, gradient)
  }
}
