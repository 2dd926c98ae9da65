import Graft
import Testing

/// A training step asks the system for memory while it is new; once warm, everything comes from the pool.
///
/// Each runs in a process of its own, whose pool no other test uses, and on one thread: how many blocks several
/// threads hold at once differs from step to step.
@Suite struct WarmStepTests {
  @Test func perceptronAsksForNothing() async {
    await #expect(processExitsWith: .success) {
      var generator = RandomGenerator(seed: 1)
      let model = Sequential {
        Linear(784, 256, using: &generator)
        ReLU()
        Dropout(0.2)
        Linear(256, 128, using: &generator)
        ReLU()
        Linear(128, 10, using: &generator)
      }
      expectWarmStepsToAskForNothing(
        model, inputs: .normal([32, 784], using: &generator), optimizer: Adam(learningRate: 1e-3))
    }
  }

  @Test func residualNetworkAsksForNothing() async {
    await #expect(processExitsWith: .success) {
      var generator = RandomGenerator(seed: 1)
      expectWarmStepsToAskForNothing(
        CIFARResNet(.resNet20, classes: 10, seed: 1), inputs: .normal([2, 3, 32, 32], using: &generator),
        optimizer: SGD(learningRate: 0.1, momentum: 0.9, weightDecay: 1e-4))
    }
  }
}

/// Trains for some steps and expects that the first ones make the pool grow and the last do not.
private func expectWarmStepsToAskForNothing(
  _ model: any Layer, inputs: Tensor<Float>, optimizer: some Optimizer
) {
  ComputeThreads.count = 1
  var optimizer = optimizer
  var generator = RandomGenerator(seed: 2)
  let labels = Tensor((0..<inputs.shape[0]).map { Int32($0 % 10) })
  func step() {
    let (_, gradients) = valueAndGradients(using: &generator) {
      softmaxCrossEntropy(model(inputs), labels)
    }
    optimizer.update(with: gradients.clipped(toNorm: 1))
  }
  // What lives on after the first step, the optimizer's memory, moves into blocks of its own until the third.
  for _ in 0..<3 { step() }
  let warm = MemoryPool.shared.statistics
  #expect(warm.systemAllocations > 0, "the counter does not count")
  for _ in 0..<3 { step() }
  let later = MemoryPool.shared.statistics
  #expect(later.systemAllocations == warm.systemAllocations, "a warm step asked the system for memory")
  #expect(later.bytesInUse == warm.bytesInUse, "a step keeps memory")
}
