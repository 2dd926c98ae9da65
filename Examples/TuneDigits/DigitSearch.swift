import DigitTask
import Foundation
import Graft

/// The quickstart's task as something to search: what learns, how fast, on images varied how much.
struct DigitSearch {
  /// Each configuration is tried on these: other labelled images, other order, other fresh heads.
  static let draws: [UInt64] = [1, 2, 3, 4, 5]
  static let epochs = 8
  static let batchSize = 10

  let rate = Hyperparameter.learningRate(3e-4...1e-1)
  let weightDecay = Hyperparameter.weightDecay()
  let thawing = ThawingParameters(stages: 4)
  let strength = Hyperparameter.augmentationStrength()

  private let space: SearchSpace
  private let digits: Digits
  private let pretrained: Checkpoint

  init() throws {
    digits = try Digits()
    pretrained = try DigitNetwork.pretrained()
    space = try SearchSpace([rate, weightDecay, strength] + thawing.parameters)
  }

  /// Searches with one method, or goes on with what is in the folder.
  func study(_ method: some SearchMethod, seed: UInt64, in folder: URL, trials: Int) throws -> Study {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appendingPathComponent("\(DigitSearch.fileName(of: method)).jsonl")
    let study = try Study(space, .maximize("accuracy"), method: method, seed: seed, file: file)
    try study.run(trials: trials, progress: StudyProgress.line(method.name)) { trial in
      try trial.mean(over: DigitSearch.draws) { draw in
        let task = try digits.newTask(seed: draw)
        let model = try adapted(by: trial.configuration, to: task.training, seed: draw)
        return evaluate(model, on: task.validation, batchSize: 256).accuracy
      }
    }
    return study
  }

  /// What a configuration is worth on images that had no say in its choice.
  func testAccuracies(of configuration: Configuration) throws -> [Double] {
    try DigitSearch.draws.map { draw in
      let task = try digits.newTask(seed: draw)
      let model = try adapted(by: configuration, to: task.training, seed: draw)
      return evaluate(model, on: task.test, batchSize: 256).accuracy
    }
  }

  /// `gaussian-process`
  static func fileName(of method: any SearchMethod) -> String {
    method.name.replacingOccurrences(of: " ", with: "-")
  }

  /// A pretrained network that has learned the new digits as a configuration wants it.
  private func adapted(
    by configuration: Configuration, to training: LabeledDataset, seed: UInt64
  ) throws -> DigitNetwork {
    let model = DigitNetwork(classes: 5, seed: seed)
    try model.load(pretrained)
    model.replaceHead(classes: 5, seed: seed)
    let learningRate = Float(configuration[rate])
    var optimizer = AdamW(learningRate: learningRate, weightDecay: Float(configuration[weightDecay]))
    let schedule = CosineAnnealing(
      from: learningRate, over: DigitSearch.epochs * training.count / DigitSearch.batchSize)
    let plan = thawing.plan(for: model, as: configuration)
    let augmentation = DigitSearch.augmentation(configuration[strength])
    var step = 0
    for epoch in 0..<DigitSearch.epochs {
      plan.apply(epoch, to: model, optimizer: &optimizer)
      let batches = training.batches(
        of: DigitSearch.batchSize, epoch: epoch, shuffledBy: seed, augmentedBy: augmentation)
      for batch in batches {
        optimizer.learningRate = schedule.rate(at: step)
        let (loss, gradients) = valueAndGradients { softmaxCrossEntropy(model(batch.images), batch.labels) }
        try requireFinite(loss: loss, gradients: gradients, in: model)
        optimizer.update(with: gradients)
        step += 1
      }
    }
    return model
  }

  /// Turned, moved and scaled, by up to 20 degrees, a pixel and a half, and a fifth.
  private static func augmentation(_ strength: Double) -> RandomAffine {
    RandomAffine(
      degrees: (-20 * strength)...(20 * strength), translation: (0.19 * strength, 0.19 * strength),
      scale: (1 - 0.2 * strength)...(1 + 0.2 * strength))
  }
}
