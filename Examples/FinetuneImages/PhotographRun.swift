import Foundation
import Graft

/// One network that learns a folder of photographs.
struct PhotographRun {
  let network: NamedModel
  let seed: UInt64
  let epochs: Int
  let preprocessing: ImagePreprocessing
  static let batchSize = 16

  /// Only a new head learns, on features that are computed once.
  func probed(_ task: PhotographTask, from pretrained: Checkpoint) throws -> any TransferableModel {
    let model = try fresh(task, pretrained)
    model.freeze(.backbone)
    let features = extractFeatures(of: model, from: task.still)
    var optimizer = AdamW(learningRate: 3e-3, weightDecay: 0.01)
    var generator = RandomGenerator(seed: seed)  // for dropout
    for epoch in 0..<40 {
      for batch in features.batches(of: PhotographRun.batchSize, epoch: epoch, shuffledBy: seed) {
        let (_, gradients) = valueAndGradients(using: &generator) {
          softmaxCrossEntropy(model.head(batch.inputs), batch.labels)
        }
        optimizer.update(with: gradients)
      }
    }
    return model
  }

  /// Everything learns in the end, stage by stage, each slower than the one above it, and beginning with a head that has learned already: the
  /// gradients of a fresh one would distort what is pretrained (Kumar, Raghunathan, Jones, Ma, Liang: *Fine-Tuning can Distort Pretrained
  /// Features and Underperform Out-of-Distribution*, 2022). Batch norms keep their
  /// statistics, which a batch of sixteen could only spoil. The mean of the last twenty steps or so is what counts: a single step on
  /// so few photographs is mostly chance. `advance` is called after each epoch.
  func finetuned(
    _ task: PhotographTask, from pretrained: Checkpoint, advance: (String) -> Void
  ) throws -> any TransferableModel {
    let model = try probed(task, from: pretrained)
    let plan = GradualUnfreezing(
      model.stages, every: 1, rateDecay: 1.3, keepingNormalizationFrozen: true)
    let steps = epochs * ((task.training.count + PhotographRun.batchSize - 1) / PhotographRun.batchSize)
    let schedule = CosineAnnealing(from: 3e-4, over: steps)
    var optimizer = AdamW(learningRate: 3e-4, weightDecay: 0.01)
    let augmentation =
      RandomResizedCrop(side: preprocessing.cropSide, scale: 0.4...1) + HorizontalFlip()
      + RandomRotation(degrees: -10...10) + ColorJitter(brightness: 0.2, contrast: 0.2, saturation: 0.2)
    var average = WeightAverage(of: model, .exponential(decay: 0.95))
    var generator = RandomGenerator(seed: seed)  // for dropout
    var step = 0
    for epoch in 0..<epochs {
      plan.apply(epoch, to: model, optimizer: &optimizer)
      let batches = task.training.batches(
        of: PhotographRun.batchSize, epoch: epoch, shuffledBy: seed, augmentedBy: augmentation,
        normalizedBy: preprocessing.normalization)
      var total: Float = 0
      var iterator = batches.makeIterator()
      while let batch = try iterator.next() {
        optimizer.learningRate = schedule.rate(at: step)
        let (loss, gradients) = valueAndGradients(using: &generator) {
          softmaxCrossEntropy(model(batch.images), batch.labels, labelSmoothing: 0.1)
        }
        try requireFinite(loss: loss, gradients: gradients, in: model)
        optimizer.update(with: gradients.clipped(toNorm: 1))
        average.update()
        total += loss * Float(batch.count)
        step += 1
      }
      advance("loss \(String(format: "%.3f", total / Float(task.training.count)))")
    }
    average.apply()
    return model
  }

  private func fresh(_ task: PhotographTask, _ pretrained: Checkpoint) throws -> any TransferableModel {
    let model = try network.model(classes: task.training.classNames.count, seed: seed, from: pretrained)
    model.replaceHead(classes: task.training.classNames.count, seed: seed)
    return model
  }
}
