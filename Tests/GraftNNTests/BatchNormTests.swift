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

  @Test func refusesASingleValueWhileTraining() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withMode(.training) { BatchNorm1D(2)(Tensor<Float>.zeros([1, 2])) }
    }
    #expect(result.message.contains("BatchNorm: an input of shape [1, 2] has 1 values a channel"))
  }
}
