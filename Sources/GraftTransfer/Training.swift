import GraftAutograd
import GraftData
import GraftNN
import GraftOptim
import GraftTensor

/// What the recipes share: how they go through the data.
public struct TrainingOptions {
  /// Samples in a batch. The last batch of an epoch is left out if it is not full, unless it is the only one.
  /// The recipes trap unless it is positive.
  public var batchSize: Int
  /// Where shuffling, augmentation and dropout start from: same seed, same bits.
  public var seed: UInt64
  /// Varies each training input.
  public var augmentation: (any Augmentation)?
  /// The largest norm that all gradients together may have; `nil` for no limit.
  public var gradientLimit: Float?
  /// The loss of logits for labels.
  public var loss: (_ logits: Variable, _ labels: Tensor<Int32>) -> Variable

  /// Batches of 64 and cross entropy, unless told otherwise.
  public init(
    batchSize: Int = 64, seed: UInt64 = 0, augmentation: (any Augmentation)? = nil,
    gradientLimit: Float? = nil,
    loss: @escaping (_ logits: Variable, _ labels: Tensor<Int32>) -> Variable = {
      softmaxCrossEntropy($0, $1)
    }
  ) {
    self.batchSize = batchSize
    self.seed = seed
    self.augmentation = augmentation
    self.gradientLimit = gradientLimit
    self.loss = loss
  }

  /// The number of batches in an epoch.
  func batchesPerEpoch(of dataset: LabeledDataset) -> Int {
    max(dataset.count / batchSize, 1)
  }
}

/// The training loop of the recipes, as a program would write it: an epoch after the other, a step for each
/// batch.
struct TrainingLoop {
  let training: LabeledDataset
  let validation: LabeledDataset?
  let options: TrainingOptions
  let epochs: Int
  let progress: (TrainingProgress) -> Void

  private var epoch = 0
  private var step = 0
  private var generator: RandomGenerator

  init(
    training: LabeledDataset, validation: LabeledDataset?, options: TrainingOptions, epochs: Int,
    progress: @escaping (TrainingProgress) -> Void
  ) {
    require(!training.isEmpty, "fine-tuning: the training set has no samples")
    require(options.batchSize > 0, "fine-tuning: batches of \(options.batchSize) samples")
    self.training = training
    self.validation = validation
    self.options = options
    self.epochs = epochs
    self.progress = progress
    generator = RandomGenerator(seed: options.seed, stream: 1)
  }

  /// The number of steps in `count` epochs.
  func steps(inEpochs count: Int) -> Int { count * options.batchesPerEpoch(of: training) }

  /// Trains for one more epoch, at the schedule's rate for each step counted from `firstStep`.
  ///
  /// Throws if a loss or gradient is not finite; the model is then as it was before that step.
  mutating func runEpoch(
    _ model: some Layer, optimizer: inout some Optimizer, schedule: some Schedule, firstStep: Int = 0
  ) throws {
    let lossFunction = options.loss
    let buffers = model.state.compactMap(\.buffer)
    var loss: Float = 0
    let batches = training.batches(
      of: options.batchSize, epoch: epoch, shuffledBy: options.seed, augmentedBy: options.augmentation,
      droppingLast: training.count >= options.batchSize)
    for batch in batches {
      optimizer.learningRate = schedule.rate(at: step - firstStep)
      let restoreStatistics = buffers.map { $0.restoration }
      var (value, gradients) = valueAndGradients(using: &generator) {
        lossFunction(model(batch.inputs), batch.labels)
      }
      do {
        try requireFinite(loss: value, gradients: gradients, in: model)
      } catch {
        // The forward pass has already moved the running statistics, to NaN perhaps.
        for restore in restoreStatistics { restore() }
        throw error
      }
      if let limit = options.gradientLimit { gradients.clip(toNorm: limit) }
      optimizer.update(with: gradients)
      loss = value
      step += 1
      progress(report(loss: loss, rate: optimizer.learningRate))
    }
    if let validation {
      let evaluation = evaluate(model, on: validation, batchSize: options.batchSize)
      progress(report(loss: loss, rate: optimizer.learningRate, evaluation: evaluation))
    }
    epoch += 1
  }

  private func report(loss: Float, rate: Float, evaluation: Evaluation? = nil) -> TrainingProgress {
    TrainingProgress(
      epoch: epoch, epochs: epochs, step: step, steps: steps(inEpochs: epochs), loss: loss, rate: rate,
      evaluation: evaluation)
  }
}

extension AnyBuffer {
  /// Gives the buffer the value again that it has now.
  fileprivate var restoration: () -> Void {
    let now = value
    return { self.value = now }
  }
}
