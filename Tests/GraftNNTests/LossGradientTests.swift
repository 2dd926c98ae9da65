import GraftAutograd
import GraftNN
import GraftTensor
import Testing

/// Losses bring their own differentiation rules: each against central differences, with every option that its rule sees.
@Suite struct LossGradientTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let loss: @Sendable (Variable) -> Variable

    init(_ name: String, _ loss: @escaping @Sendable (Variable) -> Variable) {
      testDescription = name
      self.loss = loss
    }
  }

  static let labels = Tensor<Int32>([2, 0, 1])
  static let weights = Tensor<Float>([0.5, 2, 1.25])
  /// Three rows of probabilities.
  static let shares = Tensor<Float>([[0.2, 0.3, 0.5], [1, 0, 0], [0.1, 0.7, 0.2]])

  static let cases = [
    Case("cross entropy") { softmaxCrossEntropy($0, labels) },
    Case("cross entropy, each") { softmaxCrossEntropy($0, labels, classWeights: weights, reduction: .none) },
    Case("cross entropy, all options") {
      softmaxCrossEntropy($0, labels, classWeights: weights, labelSmoothing: 0.2, ignoring: 0)
    },
    Case("cross entropy, soft") {
      softmaxCrossEntropy($0, softTargets: shares, classWeights: weights, labelSmoothing: 0.1)
    },
    Case("cross entropy, soft targets that do not add up to 1") {
      softmaxCrossEntropy($0, softTargets: shares * 3, reduction: .none)
    },
    Case("binary cross entropy") { binaryCrossEntropy(withLogits: $0, shares, reduction: .none) },
    Case("binary cross entropy, weighted") {
      binaryCrossEntropy(withLogits: $0, shares, positiveWeight: weights)
    },
    Case("mean squared error") { meanSquaredError($0, shares) },
    Case("L1") { l1Loss($0, shares - 2) },
    Case("Huber, both sides of the bend") { huberLoss($0, shares - 0.5, delta: 0.6, reduction: .none) },
    Case("Kullback-Leibler") { klDivergence($0.logSoftmax(), shares, reduction: .none) },
    Case("focal") { focalLoss($0, labels, reduction: .none) },
    Case("focal, weighted") { focalLoss($0, labels, gamma: 0.5, classWeights: weights) },
  ]

  @Test(arguments: cases) func passTheGradientCheck(_ item: Case) {
    let logits = Tensor<Float>([[0.4, -1.1, 0.8], [1.3, 0.2, -0.6], [-0.3, 0.9, 0.1]])
    let report = gradientCheck(at: [logits], of: { item.loss($0[0]) })
    #expect(report.passed, "\(item.testDescription): \(report)")
  }
}
