import DigitTask
import Foundation
import Graft

/// One run of one strategy: a network adapted to the new task, and what came of it.
struct Adaptation {
  /// What a run leaves to be counted.
  struct Outcome {
    let validationAccuracy: Double
    let testAccuracy: Double
    /// Accuracy on the old task with the old head on the adapted features; `nil` for a network that never knew it.
    let oldAccuracy: Double?
    let trainableParameters: Int
    let seconds: Double
  }

  /// The budget, the same for each strategy: passes over the 50 images, in batches of 10.
  static let epochs = 4
  static let batchSize = 10

  let strategy: Strategy
  let learningRate: Float
  let seed: UInt64

  /// Trains and measures.
  func run(on task: Digits.NewTask, from pretrained: Checkpoint, remembering old: LabeledDataset) throws
    -> Outcome
  {
    let model = DigitNetwork(classes: 5, seed: seed)
    if strategy.transfers { try model.load(pretrained) }
    let oldHead = model.head
    model.replaceHead(classes: 5, seed: seed)

    let start = ContinuousClock.now
    train(model, on: task.training)
    let elapsed = (ContinuousClock.now - start) / .seconds(1)

    let trainable = model.trainableParameterCount
    let validation = accuracy(of: model, on: task.validation)
    let test = accuracy(of: model, on: task.test)
    model.head = oldHead
    return Outcome(
      validationAccuracy: validation, testAccuracy: test,
      oldAccuracy: strategy.transfers ? accuracy(of: model, on: old) : nil,
      trainableParameters: trainable, seconds: elapsed)
  }

  private func train(_ model: DigitNetwork, on training: LabeledDataset) {
    var optimizer = AdamW(learningRate: learningRate, weightDecay: 0.01)
    let steps = Adaptation.epochs * training.count / Adaptation.batchSize
    let schedule = CosineAnnealing(from: learningRate, over: steps)
    var step = 0
    for epoch in 0..<Adaptation.epochs {
      strategy.prepare(model, epoch: epoch, epochs: Adaptation.epochs, optimizer: &optimizer)
      for batch in training.batches(of: Adaptation.batchSize, epoch: epoch, shuffledBy: seed) {
        optimizer.learningRate = schedule.rate(at: step)
        let (_, gradients) = valueAndGradients {
          softmaxCrossEntropy(model(batch.images), batch.labels)
        }
        optimizer.update(with: gradients)
        step += 1
      }
    }
  }

  private func accuracy(of model: DigitNetwork, on data: LabeledDataset) -> Double {
    evaluate(model, on: data, batchSize: 256).accuracy
  }
}
