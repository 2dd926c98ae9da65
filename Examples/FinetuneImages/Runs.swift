import Graft

/// One training run on a few labelled images.
struct Run {
  /// How the network begins and what of it learns.
  enum Strategy: String, CaseIterable {
    case scratch = "from scratch"
    case gradual = "gradual unfreezing"
  }

  let network: NamedModel
  let strategy: Strategy
  let learningRate: Float
  let seed: UInt64
  let epochs: Int
  static let batchSize = 25

  /// Trains a network; `advance` is called after each epoch.
  func train(on training: LabeledDataset, from pretrained: Checkpoint, advance: () -> Void) throws
    -> any TransferableModel
  {
    let model = try network.model(
      classes: training.classCount, seed: seed, from: strategy == .gradual ? pretrained : nil)
    if strategy == .gradual { model.replaceHead(classes: training.classCount, seed: seed) }
    // Head first; every stage is thawed after half of the epochs. Normalisation stays as it was pretrained.
    let plan = GradualUnfreezing(
      model.stages, every: max(epochs / 2 / model.stages.count, 1), rateDecay: 1.5,
      keepingNormalizationFrozen: true)
    var optimizer = AdamW(learningRate: learningRate, weightDecay: 0.01)
    let stepsPerEpoch = (training.count + Run.batchSize - 1) / Run.batchSize
    let schedule = CosineAnnealing(from: learningRate, over: epochs * stepsPerEpoch)
    var generator = RandomGenerator(seed: seed)  // for dropout
    var step = 0
    for epoch in 0..<epochs {
      if strategy == .gradual { plan.apply(epoch, to: model, optimizer: &optimizer) }
      let batches = training.batches(
        of: Run.batchSize, epoch: epoch, shuffledBy: seed,
        augmentedBy: HorizontalFlip() + PaddedCrop(padding: 2))
      for batch in batches {
        optimizer.learningRate = schedule.rate(at: step)
        let (_, gradients) = valueAndGradients(using: &generator) {
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
