import Graft

extension Layer {
  /// One step as every workload takes it: cross entropy of a batch, gradients, update.
  func train(
    on inputs: Tensor<Float>, _ labels: Tensor<Int32>, with optimizer: inout some Optimizer
  ) {
    let (_, gradients) = valueAndGradients { softmaxCrossEntropy(self(inputs), labels) }
    optimizer.update(with: gradients)
  }
}

/// Labels that go round the classes: 0, 1, 2 …, shape `[count]`.
func cyclingLabels(_ count: Int, classes: Int) -> Tensor<Int32> {
  Tensor((0..<count).map { Int32($0 % classes) })
}
