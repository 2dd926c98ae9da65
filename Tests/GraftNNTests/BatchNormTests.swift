import GraftAutograd
import GraftNN
import GraftTensor
import Testing

@Suite struct BatchNormTests {
  private let batch = Tensor<Float>(shape: [4, 2], scalars: [1, 20, 2, 10, 4, -3, 9, 5])

  /// Running statistics move with the unbiased variance: written out by hand.
  @Test func movesRunningStatistics() {
    let layer = BatchNorm1D(2, momentum: 0.25)
    _ = withMode(.training) { layer(batch) }
    // First channel 1, 2, 4, 9: mean 4, squared deviations 9 + 4 + 0 + 25 = 38, unbiased variance 38 / 3.
    #expect(abs(layer.runningMean.value.element(0) - 0.25 * 4) <= 1e-6)
    #expect(abs(layer.runningVariance.value.element(0) - (0.75 + 0.25 * 38 / 3)) <= 1e-6)
    #expect(layer.batchesTracked.value.scalar == 1)
  }

  @Test func inferenceUsesAndKeepsRunningStatistics() {
    let layer = BatchNorm1D(2, epsilon: 0)
    layer.runningMean.value = Tensor([4, 8])
    layer.runningVariance.value = Tensor([9, 4])
    let before = layer.fingerprint()
    let output = layer(batch)
    #expect(abs(output.value.element(0, 0) - (1 - 4) / 3) <= 1e-6)
    #expect(abs(output.value.element(0, 1) - (20 - 8) / 2) <= 1e-6)
    #expect(layer.fingerprint() == before)
  }

  /// The bug that the field's users report most: statistics of a frozen layer must stay, and be used, in any mode.
  @Test func frozenStatisticsStayToTheLastBit() {
    let layer = BatchNorm1D(2)
    layer.runningMean.value = Tensor([0.1, -7])
    layer.runningVariance.value = Tensor([3, 0.7])
    for entry in layer.state { entry.isTrainable = false }
    let expected = layer(batch).value
    let before = (layer.runningMean.value.bits, layer.runningVariance.value.bits)
    let output = withMode(.training) { layer(batch).value }
    #expect(output.bits == expected.bits)
    #expect(layer.runningMean.value.bits == before.0 && layer.runningVariance.value.bits == before.1)
    #expect(layer.batchesTracked.value.scalar == 0)
  }

  /// Weights may learn while statistics stay: two separate things.
  @Test func frozenStatisticsLetWeightsLearn() {
    let layer = BatchNorm1D(2)
    layer.runningMean.isTrainable = false
    layer.runningVariance.isTrainable = false
    let (_, gradients) = valueAndGradients { layer(batch).square().sum() }
    #expect(gradients.count == 2)
    #expect(layer.runningMean.value == .zeros([2]) && layer.batchesTracked.value.scalar == 0)
  }

  /// A checkpointed block runs twice but is one step.
  @Test func replayDoesNotMoveStatistics() {
    let once = BatchNorm1D(2)
    let twice = BatchNorm1D(2)
    let plain = valueAndGradients { once(batch).square().sum() }
    let replayed = valueAndGradients {
      checkpointed(Variable(batch)) { twice($0).square().sum() }
    }
    #expect(twice.batchesTracked.value.scalar == 1)
    #expect(twice.runningMean.value.bits == once.runningMean.value.bits)
    #expect(replayed.gradients[twice.weight!]!.bits == plain.gradients[once.weight!]!.bits)
  }

  /// What one pass computes is what three compute, to the last bit: value, gradients and statistics; in training, with
  /// frozen statistics, and while inferring; for images, and for features, whose runs lie differently.
  @Test(arguments: [[3, 5, 4, 7], [6, 5]] as [Shape], [true, false])
  func rectifiedIsTheReluOfTheSum(_ shape: Shape, _ trains: Bool) {
    var generator = RandomGenerator(seed: 5)
    let residual = Parameter(.normal(shape, using: &generator))
    let input = Parameter(.normal(shape, mean: 0.5, standardDeviation: 2, using: &generator))
    let factors = Variable(.normal(shape, using: &generator))
    let parts = (Tensor<Float>.uniform([5], using: &generator), Tensor<Float>.normal([5], using: &generator))
    func layer() -> BatchNorm {
      let layer = BatchNorm(
        weight: parts.0, bias: parts.1, runningMean: parts.1, runningVariance: parts.0 + 0.5)
      layer.runningMean.isTrainable = trains
      return layer
    }
    for adds in [true, false] {
      let (one, three) = (layer(), layer())
      let added = adds ? residual : nil
      func outputs() -> (Variable, Variable) {
        let plain = three(input.variable)
        return (
          one.rectified(input.variable, adding: added?.variable),
          (added.map { plain + $0.variable } ?? plain).relu()
        )
      }
      let inferred = outputs()
      #expect(inferred.0.value.bits == inferred.1.value.bits)
      let fused = valueAndGradients { (outputs().0 * factors).sum() }
      let composed = valueAndGradients { (outputs().1 * factors).sum() }
      #expect(fused.value == composed.value)
      for (a, b) in [(one.weight, three.weight), (one.bias, three.bias)] {
        #expect(fused.gradients[a!]!.bits == composed.gradients[b!]!.bits)
      }
      for parameter in [input, added].compactMap({ $0 }) {
        #expect(fused.gradients[parameter]!.bits == composed.gradients[parameter]!.bits)
      }
      #expect(one.runningMean.value.bits == three.runningMean.value.bits)
      #expect(one.runningVariance.value.bits == three.runningVariance.value.bits)
    }
  }

  @Test func refusesASingleValueWhileTraining() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withMode(.training) { BatchNorm1D(2)(Tensor<Float>.zeros([1, 2])) }
    }
    #expect(result.message.contains("BatchNorm: an input of shape [1, 2] has 1 values a channel"))
  }
}
