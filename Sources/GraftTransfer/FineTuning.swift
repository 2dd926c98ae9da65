import Foundation
import GraftData
import GraftNN
import GraftOptim
import GraftTensor

/// Adapts a pretrained model that has a fresh head: the recipe of fastai's `fine_tune`.
///
/// First the head alone, for `frozenEpochs`, with a one-cycle schedule that rises to `rate` for 99% of the
/// steps. Then everything, for `epochs`, with a cycle that starts at a fifth of half the rate, peaks after 30%,
/// and is spread geometrically over the stages, from 1/100 of it at the first to all of it at the head.
/// (Howard, Gugger: *fastai: A Layered API for Deep Learning*, 2020.) Unlike fastai, frozen normalisation
/// layers stay frozen in the first part, and momentum is left as the optimizer has it.
///
/// ```swift
/// model.replaceHead(classes: 37, with: .concatPool())
/// var optimizer = AdamW(beta2: 0.99, epsilon: 1e-5, weightDecay: 0.01)   // what fastai uses
/// try fineTune(model, optimizer: &optimizer, on: training, validation: validation, epochs: 4)
/// ```
///
/// - Parameters:
///   - model: what to adapt; everything in it is trainable afterwards.
///   - optimizer: its rate and its multipliers for the model's stages are set here.
///   - training: the samples to learn from.
///   - validation: evaluated after each epoch, for `progress`.
///   - epochs: passes over the data with everything trainable.
///   - frozenEpochs: passes over the data before, with the head alone.
///   - rate: the head's highest rate in the first part; half of it in the second.
///   - options: batch size, seed, augmentation, loss.
///   - progress: called after each step and each evaluation; see ``TrainingProgress/line(_:)``.
/// - Throws: `TrainingError` if the loss or a gradient is no longer finite. The model is then as it was before that step.
/// - Precondition: `rate` is finite and above 0.
public func fineTune(
  _ model: some TransferableModel, optimizer: inout some Optimizer, on training: LabeledDataset,
  validation: LabeledDataset? = nil, epochs: Int, frozenEpochs: Int = 1, rate: Float = 2e-3,
  options: TrainingOptions = TrainingOptions(), progress: @escaping (TrainingProgress) -> Void = { _ in }
) throws {
  requireRate(rate, in: "fineTune")
  require(epochs >= 0 && frozenEpochs >= 0, "fineTune: \(frozenEpochs) and \(epochs) epochs")
  var loop = TrainingLoop(
    training: training, validation: validation, options: options, epochs: frozenEpochs + epochs,
    progress: progress)

  model.freeze(.backbone)
  model.unfreeze(.head)
  LayerwiseDecay.geometric(lowest: 1 / 100).apply(to: model, optimizer: &optimizer)
  let frozenSteps = loop.steps(inEpochs: frozenEpochs)
  let warmUp = FastaiCycle(peak: rate, steps: frozenSteps, rise: 0.99, startDivisor: 25)
  for _ in 0..<frozenEpochs { try loop.runEpoch(model, optimizer: &optimizer, schedule: warmUp) }

  model.unfreeze()
  let cycle = FastaiCycle(
    peak: rate / 2, steps: loop.steps(inEpochs: epochs), rise: 0.3, startDivisor: 5)
  for _ in 0..<epochs {
    try loop.runEpoch(model, optimizer: &optimizer, schedule: cycle, firstStep: frozenSteps)
  }
}

/// Adapts a pretrained model stage by stage: the recipe of ULMFiT.
///
/// The head first, then one more stage each epoch, each learning at the next one's rate divided by 2.6; the
/// rate rises for a tenth of all steps and falls for the rest, between 1/32 of `rate` and `rate` (Howard,
/// Ruder: *Universal Language Model Fine-tuning for Text Classification*, 2018).
///
/// - Parameters:
///   - model: what to adapt.
///   - optimizer: its rate and its multipliers for the model's stages are set here.
///   - training: the samples to learn from.
///   - validation: evaluated after each epoch, for `progress`.
///   - epochs: passes over the data; as many as the model has stages, or more, so that all of it is thawed.
///   - rate: the head's highest rate.
///   - options: batch size, seed, augmentation, loss.
///   - progress: called after each step and each evaluation; see ``TrainingProgress/line(_:)``.
/// - Throws: `TrainingError` if the loss or a gradient is no longer finite. The model is then as it was before that step.
/// - Precondition: `rate` is finite and above 0.
public func fineTuneGradually(
  _ model: some TransferableModel, optimizer: inout some Optimizer, on training: LabeledDataset,
  validation: LabeledDataset? = nil, epochs: Int, rate: Float = 0.01,
  options: TrainingOptions = TrainingOptions(), progress: @escaping (TrainingProgress) -> Void = { _ in }
) throws {
  requireRate(rate, in: "fineTuneGradually")
  require(epochs > 0, "fineTuneGradually: \(epochs) epochs")
  var loop = TrainingLoop(
    training: training, validation: validation, options: options, epochs: epochs, progress: progress)
  let plan = GradualUnfreezing(model.stages, every: 1, rateDecay: 2.6)
  let schedule = SlantedTriangular(peak: rate, over: loop.steps(inEpochs: epochs), cut: 0.1, ratio: 32)
  for epoch in 0..<epochs {
    plan.apply(epoch, to: model, optimizer: &optimizer)
    try loop.runEpoch(model, optimizer: &optimizer, schedule: schedule)
  }
}

/// Traps, before anything is frozen or moved, unless the rate can train something.
private func requireRate(_ rate: Float, in recipe: StaticString) {
  require(rate.isFinite && rate > 0, "\(recipe): the learning rate \(rate) is not a finite number above 0")
}

/// fastai's one-cycle schedule. It differs from PyTorch's, which `OneCycle` is, in where a step stands: at
/// step / steps of the way.
///
/// From peak / startDivisor along half a cosine to peak at `rise` of the way, and on to peak / 100 000 at its
/// end.
struct FastaiCycle: Schedule {
  let peak: Float
  let steps: Int
  let rise: Double
  let startDivisor: Double

  func rate(at step: Int) -> Float {
    let position = Double(step) / Double(max(steps, 1))
    let (peak, start, end) = (Double(peak), Double(peak) / startDivisor, Double(peak) / 1e5)
    return Float(
      position < rise
        ? cosine(from: start, to: peak, position / rise)
        : cosine(from: peak, to: end, (position - rise) / (1 - rise)))
  }

  private func cosine(from start: Double, to end: Double, _ fraction: Double) -> Double {
    start + (1 - cos(.pi * min(fraction, 1))) / 2 * (end - start)
  }
}
