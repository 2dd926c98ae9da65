import Foundation
import Graft

// The code of Documentation/Tuning.md that describes spaces, searches a fine-tuning and looks at the outcome.

func describeSpace() throws -> SearchSpace {
  let rate = Hyperparameter.continuous("rate", 1e-5...1e-1, .logarithmic)
  let batch = Hyperparameter.integer("batch size", 8...64, .logarithmic)
  let optimizer = Hyperparameter.choice("optimizer", ["sgd", "adamw"])
  let momentum = Hyperparameter.continuous("momentum", 0...0.99).when(optimizer, is: "sgd")
  let mirror = Hyperparameter.flag("mirror")
  let space = try SearchSpace([rate, batch, optimizer, momentum, mirror]) {
    $0[rate] <= 1e-3 * Double($0[batch])  // no large steps on few samples
  }
  return space
}

func searchFineTuning(
  pretrained: Checkpoint, training: some SampleSource, validation: LabeledDataset, epochs: Int, file: URL
) throws {
  let rate = Hyperparameter.learningRate()
  let strength = Hyperparameter.augmentationStrength()
  let head = Hyperparameter.head(["linear": .linear, "concat pool": .concatPool()])
  let thawing = ThawingParameters(stages: 6)  // a ResNet's
  let space = try SearchSpace([rate, strength, head] + thawing.parameters)

  let study = try Study(
    space, .maximize("accuracy"), method: GaussianProcessSearch(), seed: 1, stopping: MedianRule(), file: file
  )
  try study.run(trials: 30, progress: StudyProgress.line("tuning")) { trial in
    let model = ResNet(.resNet18, classes: 1000)
    try model.load(pretrained)
    model.replaceHead(classes: 37, with: trial[head], seed: trial.seed)
    var optimizer = AdamW(learningRate: Float(trial[rate]), weightDecay: 0.01)
    let plan = thawing.plan(for: model, as: trial.configuration)
    let augmentation = photographAugmentation(strength: trial[strength], side: 224)
    var generator = RandomGenerator(seed: trial.seed)  // for dropout
    var accuracy = 0.0
    for epoch in 0..<epochs {
      plan.apply(epoch, to: model, optimizer: &optimizer)
      let batches = training.batches(
        of: 32, epoch: epoch, shuffledBy: trial.seed, augmentedBy: augmentation, normalizedBy: .imageNet)
      var iterator = batches.makeIterator()
      while let batch = try iterator.next() {
        let (_, gradients) = valueAndGradients(using: &generator) {
          softmaxCrossEntropy(model(batch.images), batch.labels)
        }
        optimizer.update(with: gradients.clipped(toNorm: 1))
      }
      accuracy = evaluate(model, on: validation).accuracy
      try trial.report(accuracy, at: epoch + 1)
    }
    return accuracy
  }
}

func searchOnActivations(
  study: Study, rate: Hyperparameter<Double>, thawing: ThawingParameters, pretrained: Checkpoint,
  training: LabeledDataset, validation: LabeledDataset, epochs: Int
) throws {
  let shared = SharedFeatures()
  try study.run(trials: 40, workers: 2) { trial in
    let model = ResNet(.resNet18, classes: 1000)
    try model.load(pretrained)
    model.replaceHead(classes: 37, seed: trial.seed)
    var optimizer = AdamW(learningRate: Float(trial[rate]))
    let plan = thawing.plan(for: model, as: trial.configuration)
    plan.apply(0, to: model, optimizer: &optimizer)
    let frozen = plan.frozen.count  // so many stages never learn
    let inputs = try shared.activations(of: model, upTo: frozen, from: training)  // computed once a depth
    let upper = model.continued(from: frozen)  // the stages that learn, and the head
    for epoch in 0..<epochs {
      plan.apply(epoch, to: model, optimizer: &optimizer)
      for batch in inputs.batches(of: 32, epoch: epoch, shuffledBy: trial.seed) {
        let (_, gradients) = valueAndGradients { softmaxCrossEntropy(upper(batch.inputs), batch.labels) }
        optimizer.update(with: gradients)
      }
    }
    return evaluate(upper, on: try shared.activations(of: model, upTo: frozen, from: validation)).accuracy
  }
}

func crossValidated(study: Study, data: LabeledDataset, train: @escaping @Sendable (LabeledDataset) -> ResNet)
  throws
{
  let folds = try data.stratifiedFolds(5, seed: 1)
  try study.run(trials: 30) { trial in
    try trial.mean(over: folds) { fold in
      evaluate(train(fold.training), on: fold.validation).accuracy
    }
  }
}

func lookAtStudy(study: Study, folder: URL) throws {
  let report = StudyReport(study.history)
  print(report)  // the best trials, and how much each hyperparameter matters
  try report.write(to: folder)  // history.svg, slice-RATE.svg …, parallel.svg, importance.svg
}
