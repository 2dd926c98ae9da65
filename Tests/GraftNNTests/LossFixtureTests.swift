import GraftAutograd
import GraftNN
import GraftTensor
import Testing

/// A loss to hold against the case of the same name in `Fixtures/make_losses.py`.
struct LossCase: Sendable, CustomTestStringConvertible {
  typealias Loss = @Sendable (Variable, Fixture, LossReduction) throws -> Variable
  let name: String
  let loss: Loss

  init(_ name: String, _ loss: @escaping Loss) {
    self.name = name
    self.loss = loss
  }

  var testDescription: String { name }

  static let all: [LossCase] = [
    LossCase("cross_entropy") { try softmaxCrossEntropy($0, $1.integers("labels"), reduction: $2) },
    LossCase("cross_entropy_weighted") {
      try softmaxCrossEntropy($0, $1.integers("labels"), classWeights: $1("weights"), reduction: $2)
    },
    LossCase("cross_entropy_smoothed") {
      try softmaxCrossEntropy($0, $1.integers("labels"), labelSmoothing: 0.1, reduction: $2)
    },
    LossCase("cross_entropy_ignoring") {
      try softmaxCrossEntropy($0, $1.integers("labels"), ignoring: -100, reduction: $2)
    },
    LossCase("cross_entropy_everything") {
      try softmaxCrossEntropy(
        $0, $1.integers("labels"), classWeights: $1("weights"), labelSmoothing: 0.2, ignoring: -100,
        reduction: $2)
    },
    LossCase("cross_entropy_extreme") { try softmaxCrossEntropy($0, $1.integers("labels"), reduction: $2) },
    LossCase("cross_entropy_soft") { try softmaxCrossEntropy($0, softTargets: $1("targets"), reduction: $2) },
    LossCase("cross_entropy_soft_everything") {
      try softmaxCrossEntropy(
        $0, softTargets: $1("targets"), classWeights: $1("weights"), labelSmoothing: 0.2, reduction: $2)
    },
    LossCase("cross_entropy_sequence") { try softmaxCrossEntropy($0, $1.integers("labels"), reduction: $2) },
    LossCase("binary") { try binaryCrossEntropy(withLogits: $0, $1("targets"), reduction: $2) },
    LossCase("binary_weighted") {
      try binaryCrossEntropy(
        withLogits: $0, $1("targets"), positiveWeight: $1("weights"), reduction: $2)
    },
    LossCase("squared") { try meanSquaredError($0, $1("targets"), reduction: $2) },
    LossCase("absolute") { try l1Loss($0, $1("targets"), reduction: $2) },
    LossCase("huber") { try huberLoss($0, $1("targets"), delta: 0.7, reduction: $2) },
    LossCase("divergence") { try klDivergence($0.logSoftmax(), $1("targets"), reduction: $2) },
    LossCase("focal") { try focalLoss($0, $1.integers("labels"), reduction: $2) },
    LossCase("focal_weighted") {
      try focalLoss($0, $1.integers("labels"), gamma: 0.5, classWeights: $1("weights"), reduction: $2)
    },
  ]
}

@Suite struct LossFixtureTests {
  @Test(arguments: LossCase.all)
  func agreesWithPyTorch(_ lossCase: LossCase) throws {
    let fixture = try Fixture("losses", case: lossCase.name)
    let input = Parameter(try fixture("input"))
    let (value, gradients) = try valueAndGradients {
      try lossCase.loss(input.variable, fixture, .mean)
    }
    expectClose(Tensor(value), try fixture("mean"), "mean")
    expectClose(try #require(gradients[input]), try fixture("gradient"), "gradient")
    let constant = Variable(input.value)
    expectClose(try lossCase.loss(constant, fixture, .sum).value, try fixture("sum"), "sum")
    expectClose(try lossCase.loss(constant, fixture, .none).value, try fixture("none"), "none")
  }
}

@Suite struct LossTests {
  @Test func focalLossWithoutFocusIsCrossEntropy() {
    let logits = Tensor<Float>([[1, -2, 0.5], [40, -30, 3]])
    let labels = Tensor<Int32>([2, 0])
    let input = Parameter(logits)
    let focal = valueAndGradients { focalLoss(input.variable, labels, gamma: 0) }
    let plain = valueAndGradients { softmaxCrossEntropy(input.variable, labels) }
    #expect(abs(focal.value - plain.value) <= 1e-6)
    expectClose(focal.gradients[input]!, plain.gradients[input]!)
  }

  /// Certainty in the right or the wrong class must not lead to 0 · ∞.
  @Test func lossesStayFiniteAtTheExtremes() {
    let input = Parameter(Tensor<Float>([[200, -200], [-200, 200]]))
    let labels = Tensor<Int32>([0, 0])
    for gamma: Float in [0, 0.5, 1, 2] {
      let (value, gradients) = valueAndGradients { focalLoss(input.variable, labels, gamma: gamma) }
      #expect(value.isFinite && !gradients[input]!.hasNonFinite)
    }
    let (value, gradients) = valueAndGradients {
      binaryCrossEntropy(withLogits: input.variable, Tensor([[0, 1], [0, 1]]))
    }
    #expect(value == 100 && !gradients[input]!.hasNonFinite)
  }

  @Test func aBatchWithoutLabelsCostsNothing() {
    let input = Parameter(Tensor<Float>([[1, 2], [3, 4]]))
    let (value, gradients) = valueAndGradients {
      softmaxCrossEntropy(input.variable, Tensor([-1, -1]), ignoring: -1)
    }
    #expect(value == 0)
    #expect(gradients[input] == .zeros([2, 2]))
  }

  /// What the definition says of labels smoothed with weights, one of which is 0, against soft targets made by hand.
  @Test func smoothedLabelsAreSoftTargets() throws {
    let input = Parameter(Tensor<Float>([[1, -2, 0.5], [4, -3, 3], [0.5, 0.25, -1], [2, 2, -7]]))
    let labels = Tensor<Int32>([2, 0, -1, 1])
    for weights in [Tensor<Float>([0.5, 2, 0]), Tensor<Float>.ones([3])] {
      let w = weights.scalars
      let targets = (0..<4).map { row in
        (0..<3).map { c in
          let label = Int(labels.element(row))
          return label < 0 ? 0 : 0.1 * w[c] + (label == c ? 0.7 * w[c] : 0)
        }
      }
      let direct = valueAndGradients {
        softmaxCrossEntropy(
          input.variable, labels, classWeights: weights, labelSmoothing: 0.3, ignoring: -1, reduction: .sum)
      }
      let dense = valueAndGradients {
        softmaxCrossEntropy(input.variable, softTargets: Tensor(targets), reduction: .sum)
      }
      #expect(abs(direct.value - dense.value) <= 1e-6 * dense.value)
      expectClose(try #require(direct.gradients[input]), try #require(dense.gradients[input]))
    }
  }

  /// Rows that are ignored are not looked at: not even infinities and NaN in them count.
  @Test func ignoredRowsAreNotLookedAt() throws {
    let rows: [[Float]] = [[1, -2, 0.5], [.nan, .infinity, 0], [0.5, 0.25, -1]]
    let input = Parameter(Tensor(rows))
    let rest = Parameter(Tensor([rows[0], rows[2]]))
    for smoothing in [0, 0.1] as [Float] {
      let whole = valueAndGradients {
        softmaxCrossEntropy(
          input.variable, Tensor([2, -100, 0]), labelSmoothing: smoothing, ignoring: -100)
      }
      let alone = valueAndGradients {
        softmaxCrossEntropy(rest.variable, Tensor([2, 0]), labelSmoothing: smoothing)
      }
      #expect(whole.value == alone.value)
      let expected = try #require(alone.gradients[rest])
      #expect(whole.gradients[input] == Tensor([expected[0].scalars, [0, 0, 0], expected[1].scalars]))
    }
  }

  @Test func aLabelOutOfRangeTraps() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = softmaxCrossEntropy(Variable(.zeros([2, 3])), Tensor<Int32>([0, 3]))
    }
    #expect(result.message.contains("the label 3 at position 1 is not in 0..<3"))
    let second = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = softmaxCrossEntropy(Variable(.zeros([2, 3])), Tensor<Int32>([-1, 0]))
    }
    #expect(second.message.contains("the label -1 at position 0"))
  }

  @Test func shapesThatDoNotFitTrap() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = softmaxCrossEntropy(Variable(.zeros([2, 3])), Tensor<Int32>([0, 1, 2]))
    }
    #expect(
      result.message.contains("softmaxCrossEntropy: labels of shape [3] do not fit logits of shape [2, 3]"))
    let second = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = meanSquaredError(Variable(.zeros([2, 1])), .zeros([2]))
    }
    #expect(
      second.message.contains(
        "meanSquaredError: targets of shape [2] do not fit predictions of shape [2, 1]"))
  }

  @Test func focalLossTrapsInItsOwnName() async {
    let label = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = focalLoss(Variable(.zeros([2, 3])), Tensor<Int32>([0, 3]))
    }
    #expect(label.message.contains("focalLoss: the label 3 at position 1 is not in 0..<3"))
    let weights = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = focalLoss(Variable(.zeros([2, 3])), Tensor<Int32>([0, 2]), classWeights: .ones([2]))
    }
    #expect(weights.message.contains("focalLoss: class weights of shape [2] do not fit 3 classes"))
  }
}
