import Graft

/// The accuracy of a linear head on frozen features: what adapting a network gives at least.
struct LinearProbe {
  private let training: LabeledDataset
  private let test: LabeledDataset

  /// Computes the features of all samples once.
  init(_ network: Network, _ samples: Samples) {
    let model = network.model
    // A head that reads a feature map is no linear one: features are averaged over positions for all networks alike.
    if model.pooling is Identity { model.pooling = GlobalAveragePool2D() }
    let learned = extractFeatures(of: model, from: samples.training.normalized(by: network.normalization))
    let judged = extractFeatures(of: model, from: samples.test.normalized(by: network.normalization))
    let scale = Normalization(fittedTo: learned)
    training = learned.normalized(by: scale)
    test = judged.normalized(by: scale)
  }

  /// Trains a head and measures it on the test set.
  func accuracy(seed: UInt64) throws -> Double {
    var generator = RandomGenerator(seed: seed)
    let head = Linear(training.inputShape[0], training.classCount, using: &generator)
    var optimizer = AdamW(learningRate: 1e-3, weightDecay: 0.1)
    let epochs = 60
    let schedule = CosineAnnealing(from: 3e-3, over: epochs * ((training.count + 31) / 32))
    var step = 0
    for epoch in 0..<epochs {
      for batch in training.batches(of: 32, epoch: epoch, shuffledBy: seed) {
        optimizer.learningRate = schedule.rate(at: step)
        let (loss, gradients) = valueAndGradients { softmaxCrossEntropy(head(batch.inputs), batch.labels) }
        try requireFinite(loss: loss, gradients: gradients, in: head)
        optimizer.update(with: gradients)
        step += 1
      }
    }
    return evaluate(head, on: test).accuracy
  }
}
