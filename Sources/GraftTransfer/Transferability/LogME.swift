import Foundation
import GraftTensor

/// How well a linear head could fit the labels from features: the logarithm of the maximum evidence, for each sample.
///
/// Each class against the rest is taken for a linear regression on the features, with a Gaussian prior of the weights (precision α)
/// and Gaussian noise (precision β). Both are chosen so that the probability of the labels, the weights integrated out, is
/// largest; the logarithm of that, divided by the number of samples and averaged over the classes, is the score. It grows with how
/// much of the labels the features explain, and shrinks with how special the weights have to be for that. Larger is
/// better; only scores on the same samples can be compared.
///
/// You, Liu, Wang, Long: *LogME: Practical Assessment of Pre-trained Models for Transfer Learning*, ICML 2021. The fixed point
/// of α and β is iterated until it stands, in double precision; the authors' 10⁻⁵ in both denominators is kept. Classes without
/// samples don't count.
///
/// - Parameters:
///   - features: what the head would see, `[n, features]`, neither centred nor scaled.
///   - labels: the classes, `[n]`, from 0.
///
/// Traps at other shapes and at features that are not finite.
public func logME(features: Tensor<Float>, labels: Tensor<Int32>) -> Double {
  let matrix = FeatureMatrix(features, operation: "logME")
  let labels = ClassLabels(labels, count: matrix.rows, operation: "logME")
  return meanEvidence(of: matrix, for: labels.indicators)
}

/// How well a linear head could fit numbers from features: see ``logME(features:labels:)``.
///
/// - Parameters:
///   - features: what the head would see, `[n, features]`.
///   - targets: the numbers, `[n]`, or `[n, outputs]`, of whose scores this is the mean.
///
/// Traps at other shapes and at numbers that are not finite.
public func logME(features: Tensor<Float>, targets: Tensor<Float>) -> Double {
  let matrix = FeatureMatrix(features, operation: "logME")
  require(
    (targets.rank == 1 || targets.rank == 2) && targets.shape[0] == matrix.rows && targets.count > 0,
    "logME: targets of shape \(targets.shape) for \(matrix.rows) samples")
  let scalars = targets.scalars.map(Double.init)
  require(scalars.allSatisfy(\.isFinite), "logME: targets that are not finite")
  let outputs = scalars.count / matrix.rows
  let columns = (0..<outputs).map { output in
    stride(from: output, to: scalars.count, by: outputs).map { scalars[$0] }
  }
  return meanEvidence(of: matrix, for: columns)
}

private func meanEvidence(of matrix: FeatureMatrix, for targets: [[Double]]) -> Double {
  let spectrum = matrix.spectrum(targets: targets)
  let evidences = zip(targets, spectrum.squaredCoordinates).map { target, coordinates in
    LinearEvidence(
      squaredValues: spectrum.squaredValues, squaredCoordinates: coordinates,
      squaredTarget: target.reduce(0) { $0 + $1 * $1 }, samples: matrix.rows
    ).maximum / Double(matrix.rows)
  }
  return evidences.reduce(0, +) / Double(evidences.count)
}

/// The evidence of a Bayesian linear regression of one target, by what the target is along the singular vectors of the features.
///
/// With the squares σᵢ of the singular values, the target's squared coordinates xᵢ², and t = α/β:
///
///     γ = Σ σᵢ/(σᵢ + t)                    how many weights the data determine
///     mᵀm = Σ σᵢxᵢ²/(σᵢ + t)²              m being the weights' posterior mean
///     r = Σ xᵢ²t²/(σᵢ + t)² + yᵀy − Σ xᵢ²   the residual ‖Fm − y‖²
///     α = γ/(mᵀm + 10⁻⁵)    β = (n − γ)/(r + 10⁻⁵)
struct LinearEvidence {
  let squaredValues: [Double]
  let squaredCoordinates: [Double]
  let squaredTarget: Double
  let samples: Int

  private struct Moments {
    var determined = 0.0
    var squaredWeights = 0.0
    var residual: Double
  }

  /// The logarithm of the evidence at the α and β that make it largest.
  var maximum: Double {
    let n = Double(samples)
    let floor = 1e-5
    var (alpha, beta) = (1.0, 1.0)
    // Where features say next to nothing, t grows by a factor in each step; it stands after some hundreds at most.
    for _ in 0..<2000 {
      let ratio = alpha / beta
      let moments = moments(at: ratio)
      beta = (n - moments.determined) / (moments.residual + floor)
      guard !squaredValues.isEmpty else { break }
      alpha = moments.determined / (moments.squaredWeights + floor)
      if abs(alpha / beta - ratio) <= 1e-12 * ratio { break }
    }
    let moments = moments(at: alpha / beta)
    // ln |αI + βFᵀF|, less ln α for each weight, which cancels against the prior's.
    let determinant = squaredValues.reduce(0) { $0 + log1p(beta * $1 / alpha) }
    return n / 2 * log(beta / (2 * .pi)) - beta / 2 * moments.residual - alpha / 2 * moments.squaredWeights
      - determinant / 2
  }

  private func moments(at ratio: Double) -> Moments {
    var result = Moments(residual: max(squaredTarget - squaredCoordinates.reduce(0, +), 0))
    for (value, coordinate) in zip(squaredValues, squaredCoordinates) {
      let sum = value + ratio
      result.determined += value / sum
      result.squaredWeights += value * coordinate / (sum * sum)
      result.residual += coordinate * (ratio / sum) * (ratio / sum)
    }
    return result
  }
}
