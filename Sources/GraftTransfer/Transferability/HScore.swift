import GraftTensor

/// How far apart the classes are in features, as a part of how far the samples are: tr(Σ⁻¹ Σ_z).
///
/// Σ is the covariance of the features, Σ_z that of each sample's class mean. The score lies between 0 and the smaller of the number of
/// features and the number of classes less one; larger is better. Bao, Li, Huang, Zhang, Zamir, Guibas: *An
/// Information-Theoretic Approach to Transferability in Task Transfer Learning*, ICIP 2019.
///
/// With nearly as many features as samples, or more, any labels are told apart and the plain score says nothing. The regularised one
/// estimates the covariance as Ledoit and Wolf do, (1 − λ)Σ + λ·tr(Σ)/features·I, and takes (1 − λ)Σ_z: Ibrahim, Ponomareva,
/// Mazumder: *Newer Is Not Always Better: Rethinking Transferability Metrics, Their Peculiarities, Stability and Performance*,
/// ECML 2022. Its Σ_z is divided by n − 1, the covariance by n, as in the authors' program.
///
/// - Parameters:
///   - features: what the head would see, `[n, features]`.
///   - labels: the classes, `[n]`, from 0.
///   - regularized: whether to shrink the covariance. Default: `false`, the score of 2019, with the pseudo-inverse of a covariance that
///     has no inverse.
///
/// Traps at other shapes, with fewer than two samples, and at features that are not finite.
public func hScore(features: Tensor<Float>, labels: Tensor<Int32>, regularized: Bool = false) -> Double {
  let matrix = FeatureMatrix(features, operation: "hScore").centered
  require(matrix.rows > 1, "hScore: one sample has no covariance")
  let labels = ClassLabels(labels, count: matrix.rows, operation: "hScore")
  let indicators = labels.indicators
  let spectrum = matrix.spectrum(targets: indicators)
  let n = Double(matrix.rows)
  let shrinkage = regularized ? CovarianceShrinkage(of: matrix, spectrum) : .none
  // A class's mean is Xᵀe/n_c, with e its indicator: along a singular vector it is √σ·(uᵀe)/n_c. The covariance there is σ/n.
  var sum = 0.0
  for (indicator, coordinates) in zip(indicators, spectrum.squaredCoordinates) {
    let samples = indicator.reduce(0, +)
    for (value, coordinate) in zip(spectrum.squaredValues, coordinates) {
      sum += value / n * coordinate / samples / shrinkage.shrunk(value / n)
    }
  }
  return regularized ? (1 - shrinkage.intensity) * sum * n / (n - 1) : sum
}

/// A covariance drawn towards a multiple of the identity: S ← (1 − λ)S + λμI, with μ the mean variance.
///
/// λ makes the expected squared error smallest: the variance of S's entries over their distance from μI. Ledoit, Wolf: *A
/// Well-Conditioned Estimator for Large-Dimensional Covariance Matrices*, 2004.
struct CovarianceShrinkage {
  /// λ, from 0 to 1.
  let intensity: Double
  /// μ.
  let meanVariance: Double

  static let none = CovarianceShrinkage(intensity: 0, meanVariance: 0)

  private init(intensity: Double, meanVariance: Double) {
    (self.intensity, self.meanVariance) = (intensity, meanVariance)
  }

  /// Of the covariance of centred features, whose spectrum is given.
  init(of matrix: FeatureMatrix, _ spectrum: SingularSpectrum) {
    let (n, features) = (Double(matrix.rows), Double(matrix.columns))
    meanVariance = spectrum.squaredValues.reduce(0, +) / n / features
    let squaredNorm = spectrum.squaredValues.reduce(0) { $0 + $1 * $1 } / (n * n)
    let distance = squaredNorm - features * meanVariance * meanVariance
    let variance = (matrix.sumOfFourthPowers / n - squaredNorm) / n
    // Equal variances in all directions are the target already.
    intensity = distance > 0 ? min(max(variance / distance, 0), 1) : 0
  }

  /// What a variance becomes.
  func shrunk(_ variance: Double) -> Double { (1 - intensity) * variance + intensity * meanVariance }
}
