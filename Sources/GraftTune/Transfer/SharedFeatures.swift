import Foundation
import GraftData
import GraftNN
import GraftTransfer

/// One ``FeatureCache`` for all trials of a study: those that leave the same backbone frozen compute its features once.
///
/// ```swift
/// let shared = SharedFeatures()
/// try study.run(trials: 40, workers: 2) { trial in
///   let model = …                                                    // the same pretrained weights in each trial
///   if trial[depth] == 1 {
///     model.freeze(.backbone)
///     let features = try shared.features(of: model, from: training)  // computed by the first trial that asks
///     …
///   }
/// }
/// ```
public final class SharedFeatures: @unchecked Sendable {
  private let lock = NSLock()
  private var cache: FeatureCache

  /// An empty cache; files that an earlier one left in `directory` will be found.
  public init(directory: URL? = nil) {
    cache = FeatureCache(directory: directory)
  }

  /// What the head sees for every sample; see ``FeatureCache``. While one trial computes them, others that ask wait.
  ///
  /// - Throws: ``FeatureCacheError`` if something of the backbone can learn; `TensorFileError` if a file can't be written.
  public func features(
    of model: some TransferableModel, from dataset: LabeledDataset, batchSize: Int = 64
  ) throws -> LabeledDataset {
    try lock.withLock { try cache.features(of: model, from: dataset, batchSize: batchSize) }
  }

  /// How many calls were served without running the backbone.
  public var hits: Int { lock.withLock { cache.hits } }

  /// How many calls ran the backbone.
  public var misses: Int { lock.withLock { cache.misses } }
}
