import Graft

/// A thousand steps of a linear head, 512 → 10, on cached features: batches of 64 from 6,400 samples in their order, SGD with
/// momentum.
struct LinearHead: Workload {
  let name = "linear_head_1000steps"
  private let batch = 64
  private let batches = 100
  private let steps = 1000

  func prepare() -> Prepared {
    var generator = RandomGenerator(seed: 1)
    let head = Linear(512, 10, using: &generator)
    let features = Tensor<Float>.normal([batch * batches, 512], using: &generator)
    let labels = cyclingLabels(batch * batches, classes: 10)
    var optimizer = SGD(learningRate: 0.01, momentum: 0.9)
    return Prepared { [batch, batches, steps] in
      for step in 0..<steps {
        let start = step % batches * batch
        head.train(on: features[start..<start + batch], labels[start..<start + batch], with: &optimizer)
      }
    }
  }

  /// Forward and the weight's gradient.
  var arithmetic: Double? { 4 * Double(steps * batch * 512 * 10) }
}
