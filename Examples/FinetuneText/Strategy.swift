import Graft

/// How a pretrained network is adapted.
enum Strategy: String, CaseIterable {
  case features, full, gradual

  /// What tables call it.
  var title: String {
    switch self {
    case .features: return "head on frozen features"
    case .full: return "full fine-tuning"
    case .gradual: return "gradual unfreezing"
    }
  }
}

/// Training one network with one strategy.
struct Run {
  let strategy: Strategy
  let epochs: Int
  let seed: UInt64
  static let batchSize = 32

  /// Adapts `model`; `advance` is called after each step.
  func train(_ model: SentenceEncoder, on sentences: EncodedTexts, advance: (Float) -> Void) throws {
    switch strategy {
    case .features: try trainHead(of: model, on: sentences, advance: advance)
    case .full, .gradual: trainAll(of: model, on: sentences, advance: advance)
    }
  }

  /// Steps, for the progress line.
  func steps(for sentences: EncodedTexts) -> Int {
    let batches = sentences.lengthBatches(of: Run.batchSize).count
    return strategy == .features ? batches : epochs * batches
  }

  /// Every sentence goes through the network once; what is learned is a linear function of what came out.
  private func trainHead(of model: SentenceEncoder, on sentences: EncodedTexts, advance: (Float) -> Void)
    throws
  {
    model.freeze(.backbone)
    var (features, labels) = ([Tensor<Float>](), [Tensor<Int32>]())
    for indices in sentences.lengthBatches(of: Run.batchSize).sorted() {
      let batch = sentences.batch(indices)
      features.append(model.features(batch.texts).value)
      labels.append(batch.labels)
      advance(.nan)
    }
    let dataset = try LabeledDataset(
      inputs: .concatenated(features), labels: .concatenated(labels), classNames: ["negative", "positive"])
    var optimizer = AdamW(learningRate: 3e-3, weightDecay: 0.01)
    for epoch in 0..<30 {
      for batch in dataset.batches(of: 64, epoch: epoch, shuffledBy: seed) {
        let (_, gradients) = valueAndGradients {
          softmaxCrossEntropy(model.head(batch.inputs), batch.labels)
        }
        optimizer.update(with: gradients)
      }
    }
  }

  /// One cycle of rates over all steps. The head learns fastest; gradually, each layer joins after the one above it.
  private func trainAll(of model: SentenceEncoder, on sentences: EncodedTexts, advance: (Float) -> Void) {
    let rate: Float = strategy == .full ? 1e-4 : 4e-4
    var optimizer = AdamW(learningRate: rate, weightDecay: 0.01)
    optimizer.setWeightDecay(0, for: .biases || .normalization, in: model)
    var generator = RandomGenerator(seed: seed)
    let steps = steps(for: sentences)
    let schedule = OneCycle(peak: rate, over: steps)
    // All stages are thawed after the first two thirds of the first epoch.
    let plan = GradualUnfreezing(model.stages, every: 1, rateDecay: 1.3)
    let phase = max(steps / epochs * 2 / 3 / model.stages.count, 1)
    if strategy == .full { optimizer.setRateMultiplier(10, for: .head, in: model) }
    let batches = sentences.lengthBatches(of: Run.batchSize)
    var step = 0
    for _ in 0..<epochs {
      for indices in batches.shuffled(using: &generator) {
        if strategy == .gradual && step % phase == 0 {
          plan.apply(step / phase, to: model, optimizer: &optimizer)
        }
        optimizer.learningRate = schedule.rate(at: step)
        let batch = sentences.batch(indices)
        let (loss, gradients) = valueAndGradients(using: &generator) {
          softmaxCrossEntropy(model(batch.texts), batch.labels)
        }
        optimizer.update(with: gradients.clipped(toNorm: 1))
        step += 1
        advance(loss)
      }
    }
  }
}
