import Foundation
import GraftData
import GraftNN
import GraftTransfer

/// One ``FeatureCache`` for all trials of a study: those that leave the same stages frozen compute what comes out of them once.
///
/// ```swift
/// let shared = SharedFeatures()
/// try study.run(trials: 40, workers: 2) { trial in
///   let model = …                                                    // the same pretrained weights in each trial
///   let plan = thawing.plan(for: model, as: trial.configuration)
///   plan.apply(0, to: model, optimizer: &optimizer)
///   let frozen = plan.frozen.count                                   // so many stages never learn
///   let inputs = try shared.activations(of: model, upTo: frozen, from: training)
///   let upper = model.continued(from: frozen)
///   for batch in inputs.batches(of: 32, shuffledBy: trial.seed) {    // as for images
///     let (_, gradients) = valueAndGradients { softmaxCrossEntropy(upper(batch.inputs), batch.labels) }
///     …
///   }
/// }
/// ```
///
/// Each depth is computed by the first trial that asks for it. Others that ask for the same wait; those that ask for another depth or
/// data set do not.
public final class SharedFeatures: @unchecked Sendable {
  private let lock = NSLock()
  private var cache: FeatureCache
  /// Who holds one of these computes what is kept under its name, or looks whether it is there.
  private var turns: [String: NSLock] = [:]

  /// An empty cache; files that an earlier one left in `directory` will be found.
  public init(directory: URL? = nil) {
    cache = FeatureCache(directory: directory)
  }

  /// What the head sees for every sample; see ``FeatureCache``.
  ///
  /// - Throws: ``FeatureCacheError`` if something of the backbone can learn; `TensorFileError` if a file can't be written.
  public func features(
    of model: some TransferableModel, from dataset: LabeledDataset, batchSize: Int = 64
  ) throws -> LabeledDataset {
    try outputs(FrozenOutputs(of: model, from: dataset), batchSize: batchSize)
  }

  /// What a stage sees for every sample; see ``FeatureCache``, for the memory that it takes too. For stage 0, which is what a trial
  /// asks for that thaws everything, it is the data set itself.
  ///
  /// Traps if there is no stage of that index.
  /// - Throws: ``FeatureCacheError`` if something of the stages below can learn; `TensorFileError` if a file can't be written.
  public func activations(
    of model: some StagewiseModel, upTo stage: Int, from dataset: LabeledDataset, batchSize: Int = 64
  ) throws -> LabeledDataset {
    guard stage != 0 else { return dataset }
    return try outputs(FrozenOutputs(of: model, upTo: stage, from: dataset), batchSize: batchSize)
  }

  /// How many calls were served without running the model.
  public var hits: Int { lock.withLock { cache.hits } }

  /// How many calls ran the part of the model that they asked for.
  public var misses: Int { lock.withLock { cache.misses } }

  private func outputs(_ wanted: FrozenOutputs, batchSize: Int) throws -> LabeledDataset {
    let turn = lock.withLock {
      let turn = turns[wanted.name] ?? NSLock()
      turns[wanted.name] = turn
      return turn
    }
    return try turn.withLock {
      if let found = try lock.withLock({ try cache.found(wanted) }) { return found }
      let computed = wanted.computed(batchSize: batchSize)
      try lock.withLock { try cache.keep(computed, as: wanted) }
      return wanted.dataset.replacingInputs(with: computed)
    }
  }
}
