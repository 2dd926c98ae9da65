import GraftAutograd
import GraftNN
import GraftTensor
import Testing

@Suite struct NonFiniteTests {
  private let model = Sequential([
    Linear(weight: .ones([2, 2]), bias: .zeros([2])), ReLU(), Linear(weight: .ones([1, 2])),
  ])

  @Test func findsThePathsOfNonFiniteGradients() throws {
    var (loss, gradients) = valueAndGradients { model(Tensor([[1, 2]])).sum() }
    try requireFinite(loss: loss, gradients: gradients, in: model)
    let bias = try #require((model[0] as? Linear)?.bias)
    gradients.set(Tensor([1, .infinity]), for: bias)
    #expect(gradients.nonFinitePaths(in: model) == ["0.bias"])
    #expect(throws: TrainingError.nonFiniteGradients(paths: ["0.bias"])) {
      try requireFinite(loss: loss, gradients: gradients, in: model)
    }
    loss = .infinity
    #expect(throws: TrainingError.nonFiniteLoss(.infinity)) {
      try requireFinite(loss: loss, gradients: gradients, in: model)
    }
  }
}
