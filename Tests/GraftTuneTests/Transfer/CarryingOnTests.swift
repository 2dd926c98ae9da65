import Foundation
import GraftAutograd
import GraftData
import GraftNN
import GraftOptim
import GraftTensor
import GraftTransfer
import GraftTune
import Testing

/// Successive halving with a real training: what is carried on from a checkpoint ends as if it had never paused.
@Suite struct CarryingOnTests {
  private static let rate = Hyperparameter.learningRate(1e-3...1e-1)
  private static let epochs = 9

  /// Epochs that were trained, by trial.
  private final class Ledger: @unchecked Sendable {
    private let lock = NSLock()
    private var epochs: [Int: [Int]] = [:]

    func note(_ epoch: Int, of trial: Int) { lock.withLock { epochs[trial, default: []].append(epoch) } }
    func epochs(of trial: Int) -> [Int] { lock.withLock { epochs[trial] ?? [] } }
  }

  /// Trains to the end, or from checkpoint to checkpoint, and gives the loss.
  private static func loss(_ trial: Trial, on data: LabeledDataset, _ ledger: Ledger) throws -> Double {
    let model = LayeredNet(seed: trial.seed)
    var optimizer = AdamW(learningRate: Float(trial[rate]))
    if let file = trial.checkpoint {
      try TrainingCheckpoint(contentsOf: file).restore(model, optimizer: &optimizer)
    }
    for epoch in trial.steps(to: epochs) {
      for batch in data.batches(of: 16, epoch: epoch, shuffledBy: trial.seed, prefetch: 0) {
        let (_, gradients) = valueAndGradients { softmaxCrossEntropy(model(batch.inputs), batch.labels) }
        optimizer.update(with: gradients)
      }
      ledger.note(epoch, of: trial.number)
      try trial.report(evaluate(model, on: data).logLoss, at: epoch) {
        try TrainingCheckpoint(model: model, optimizer: optimizer).save(to: $0)
      }
    }
    return evaluate(model, on: data).logLoss
  }

  @Test func nothingIsTrainedTwiceAndNothingChanges() throws {
    let data = try circle()
    let space = try SearchSpace([CarryingOnTests.rate])
    let (ledger, whole) = (Ledger(), Ledger())
    let halving = try Study(
      space, .minimize("loss"), method: RandomSearch(), seed: 5,
      stopping: SuccessiveHalving(steps: 1...CarryingOnTests.epochs, manner: .pausing))
    try halving.run(trials: 12) { try CarryingOnTests.loss($0, on: data, ledger) }
    let reference = try Study(space, .minimize("loss"), method: RandomSearch(), seed: 5)
    try reference.run(trials: 12) { try CarryingOnTests.loss($0, on: data, whole) }

    for (trial, other) in zip(halving.trials, reference.trials) {
      let epochs = ledger.epochs(of: trial.number)
      #expect(epochs == Array(1..<(1 + epochs.count)))
      #expect(trial.reports.map(\.step) == epochs)
      // Bit for bit, across two pauses.
      #expect(trial.reports == Array(other.reports.prefix(epochs.count)))
      if trial.state == .complete { #expect(trial.values == other.values) }
    }
    let lengths = halving.trials.map { ledger.epochs(of: $0.number).count }
    #expect(lengths.contains(1) && lengths.contains(3) && lengths.contains(9))
    #expect(lengths.reduce(0, +) < 12 * CarryingOnTests.epochs / 2)
    #expect(halving.best != nil)
  }
}
