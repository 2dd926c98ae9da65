import Graft

/// A step of a small perceptron, 784-256-128-10 with ReLU, batch 32, Adam: little arithmetic, so that what an operation costs
/// beside it shows.
struct Perceptron: Workload {
  let name = "mlp_b32"
  private let batch = 32

  func prepare() -> Prepared {
    var generator = RandomGenerator(seed: 1)
    let model = Sequential {
      Linear(784, 256, using: &generator)
      ReLU()
      Linear(256, 128, using: &generator)
      ReLU()
      Linear(128, 10, using: &generator)
    }
    let inputs = Tensor<Float>.normal([batch, 784], using: &generator)
    let labels = cyclingLabels(batch, classes: 10)
    var optimizer = Adam(learningRate: 0.001)
    return Prepared { model.train(on: inputs, labels, with: &optimizer) }
  }

  var arithmetic: Double? {
    var count = Arithmetic()
    count.linear(batch, 784, 256)
    count.linear(batch, 256, 128)
    count.linear(batch, 128, 10)
    return count.training
  }
}
