import Graft

/// One training run on a few labelled images.
struct Run {
  /// How the network begins and what of it learns.
  enum Strategy: String, CaseIterable {
    case scratch = "from scratch"
    case gradual = "gradual unfreezing"
  }

  let strategy: Strategy
  let learningRate: Float
  let seed: UInt64
  let epochs: Int
  static let batchSize = 25

  /// Trains a network; `advance` is called after each epoch.
  func train(on training: LabeledDataset, from pretrained: Checkpoint, advance: () -> Void) throws
    -> CIFARResNet
  {
    let model = CIFARResNet(.resNet20, classes: 10, seed: seed)
    if strategy == .gradual {
      try model.load(pretrained, mapping: .published)
      model.replaceHead(classes: training.classCount, seed: seed)
    }
    // Head first; every stage is thawed after half of the epochs. Normalisation stays as it was pretrained.
    let plan = GradualUnfreezing(
      model.stages, every: max(epochs / 2 / model.stages.count, 1), rateDecay: 1.5,
      keepingNormalizationFrozen: true)
    var optimizer = AdamW(learningRate: learningRate, weightDecay: 0.01)
    let stepsPerEpoch = (training.count + Run.batchSize - 1) / Run.batchSize
    let schedule = CosineAnnealing(from: learningRate, over: epochs * stepsPerEpoch)
    var step = 0
    for epoch in 0..<epochs {
      if strategy == .gradual { plan.apply(epoch, to: model, optimizer: &optimizer) }
      let batches = training.batches(
        of: Run.batchSize, epoch: epoch, shuffledBy: seed,
        augmentedBy: HorizontalFlip() + PaddedCrop(padding: 2))
      for batch in batches {
        optimizer.learningRate = schedule.rate(at: step)
        let (_, gradients) = valueAndGradients {
          softmaxCrossEntropy(model(batch.images), batch.labels)
        }
        optimizer.update(with: gradients.clipped(toNorm: 1))
        step += 1
      }
      advance()
    }
    return model
  }
}

extension KeyMapping {
  /// The published file comes from a model inside `DataParallel`, whose keys begin so.
  static let published = KeyMapping.strippingPrefix("module.")
}
