import GraftTensor

/// A number that tells before any training how well a pretrained model suits a data set. Larger is better for all of them.
public enum TransferabilityScore: String, Sendable, Hashable, CaseIterable {
  /// ``logME(features:labels:)``: of features, for any number of samples.
  case logME = "LogME"
  /// ``hScore(features:labels:regularized:)``: of features, for many more samples than features.
  case hScore = "H-score"
  /// ``hScore(features:labels:regularized:)`` with a shrunk covariance: of features, for any number of samples.
  case regularizedHScore = "regularised H-score"
  /// ``leep(sourceProbabilities:labels:)``: of the probabilities that the model's own head gives.
  case leep = "LEEP"
  /// ``nce(sourceLabels:labels:)``: of the classes that the model's own head decides for.
  case nce = "NCE"

  /// The score of features and of probabilities; `nil` if it is one of probabilities, and there are none.
  func value(
    features: Tensor<Float>, sourceProbabilities: Tensor<Float>?, labels: Tensor<Int32>
  ) -> Double? {
    switch self {
    case .logME: return GraftTransfer.logME(features: features, labels: labels)
    case .hScore: return GraftTransfer.hScore(features: features, labels: labels)
    case .regularizedHScore:
      return GraftTransfer.hScore(features: features, labels: labels, regularized: true)
    case .leep:
      return sourceProbabilities.map { GraftTransfer.leep(sourceProbabilities: $0, labels: labels) }
    case .nce:
      return sourceProbabilities.map {
        GraftTransfer.nce(sourceLabels: $0.argmax(along: 1), labels: labels)
      }
    }
  }
}
