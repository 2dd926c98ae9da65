import Foundation
import GraftData
import GraftNN
import GraftTensor

/// Why features can't be kept.
public enum FeatureCacheError: GraftError, Hashable {
  /// Inputs that differ in each epoch have no features that could be kept.
  case randomAugmentation(String)
  /// Features of a backbone that learns, or activations above a stage that learns, are out of date after one step.
  case trainableBackbone(paths: [String])
  /// The directory or a file in it can't be written or removed.
  case fileSystem(path: String, problem: String)

  /// What is wrong, and what to do about it.
  public var description: String {
    switch self {
    case .randomAugmentation(let augmentation):
      return
        "Features under the random augmentation \(augmentation) can't be cached: they differ in each epoch. "
        + "Cache without it, or train on the whole model."
    case .trainableBackbone(let paths):
      return "Features can't be cached while the backbone learns: \(paths.prefix(3).joined(separator: ", ")) "
        + "\(paths.count > 3 ? "and \(paths.count - 3) more " : "")can change. "
        + "Freeze .backbone, or train on the whole model."
    case .fileSystem(let path, let problem):
      return "The feature cache can't use \(path): \(problem). Choose a directory that can be written."
    }
  }
}

/// Keeps what a frozen backbone, or a frozen prefix of a model's stages, computes, so that what lies above it trains without running
/// it again.
///
/// ```swift
/// var cache = FeatureCache(directory: url)
/// model.freeze(.backbone)
/// let features = try cache.features(of: model, from: training)             // what the head sees
///
/// model.unfreeze(.stage(-2))
/// let kept = try cache.activations(of: model, upTo: 4, from: training)     // what stage 4 sees
/// ```
///
/// Each is computed once, then read. They belong to exactly one set of weights and one data set: they are found by a fingerprint of
/// the part's parameters and buffers, its pooling, and the inputs after normalisation. Other data, other prefixes and other poolings
/// are kept beside them; when the weights have changed, they are computed anew and what is stale is replaced, the file too; when something
/// of the part has been thawed, they are dropped and the call throws. In memory only, or also in a directory, one for each model
/// that is in use.
///
/// A data set takes 4 · samples · elements bytes, where the elements are those of what the stage sees of one sample, and twice that
/// for a moment when they are computed. For a ResNet-18 and images of 224×224 it is 0.8 MB an image up to `layer1` and `layer2`, 0.4 MB
/// up to `layer3`, 0.2 MB up to `layer4` (256 · 14 · 14 · 4 bytes), 2 KB up to the head; the images themselves are 0.15 MB as bytes.
public struct FeatureCache {
  /// Where files are kept; `nil` for a cache in memory only.
  public let directory: URL?

  /// How many calls were served without running the model.
  public private(set) var hits = 0

  /// How many calls ran the part of the model that they asked for.
  public private(set) var misses = 0

  private var memory: [String: Entry] = [:]

  private struct Entry {
    let weights: String
    let outputs: Tensor<Float>
  }

  /// An empty cache; files that an earlier one left in `directory` will be found.
  public init(directory: URL? = nil) {
    self.directory = directory
  }

  /// What the head sees for every sample of `dataset`, from the cache if it is there; see
  /// ``extractFeatures(of:from:batchSize:progress:)``.
  ///
  /// - Parameters:
  ///   - model: its backbone must be frozen, running statistics included.
  ///   - dataset: the samples; traps if there are none.
  ///   - augmentation: the augmentation of the run; there must be none.
  ///   - batchSize: samples in one forward pass.
  ///   - progress: called after each computed batch with the numbers of samples done and to do.
  /// - Throws: ``FeatureCacheError``; `TensorFileError` if a file can't be written.
  public mutating func features(
    of model: some TransferableModel, from dataset: LabeledDataset,
    augmentedBy augmentation: (any Augmentation)? = nil, batchSize: Int = 64,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> LabeledDataset {
    try refuse(augmentation)
    return try outputs(FrozenOutputs(of: model, from: dataset), batchSize: batchSize, progress: progress)
  }

  /// What a stage sees for every sample of `dataset`, from the cache if it is there; see
  /// ``extractActivations(of:upTo:from:batchSize:progress:)``.
  ///
  /// Train ``GraftNN/StagewiseModel/continued(from:)`` on it. With the same batches that is the training of the whole model, with one
  /// exception: dropout in a frozen stage, such as that of VGG's hidden layers, drops nothing here, because what is random can't be
  /// kept.
  ///
  /// For stage 0 it is the data set itself, and nothing is kept; for the head it is ``features(of:from:augmentedBy:batchSize:progress:)``.
  ///
  /// - Parameters:
  ///   - model: its stages below `stage` must be frozen, running statistics included. What the others do does not matter.
  ///   - stage: of `model.stages`; traps if there is none of that index.
  ///   - dataset: the samples; traps if there are none.
  ///   - augmentation: the augmentation of the run; there must be none.
  ///   - batchSize: samples in one forward pass.
  ///   - progress: called after each computed batch with the numbers of samples done and to do.
  /// - Throws: ``FeatureCacheError``; `TensorFileError` if a file can't be written.
  public mutating func activations(
    of model: some StagewiseModel, upTo stage: Int, from dataset: LabeledDataset,
    augmentedBy augmentation: (any Augmentation)? = nil, batchSize: Int = 64,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> LabeledDataset {
    try refuse(augmentation)
    guard stage != 0 else { return dataset }
    return try outputs(
      FrozenOutputs(of: model, upTo: stage, from: dataset), batchSize: batchSize, progress: progress)
  }

  /// Forgets everything and removes the files of what was in memory.
  public mutating func removeAll() throws {
    for name in memory.keys { try removeFile(name) }
    memory = [:]
  }

  private func refuse(_ augmentation: (any Augmentation)?) throws {
    if let augmentation { throw FeatureCacheError.randomAugmentation("\(type(of: augmentation))") }
  }

  private mutating func outputs(
    _ wanted: FrozenOutputs, batchSize: Int, progress: (_ done: Int, _ total: Int) -> Void
  ) throws -> LabeledDataset {
    if let found = try found(wanted) { return found }
    let computed = wanted.computed(batchSize: batchSize, progress: progress)
    try keep(computed, as: wanted)
    return wanted.dataset.replacingInputs(with: computed)
  }
}

// MARK: - Memory and files

extension FeatureCache {
  /// What is kept of it, if that is not stale, and counts a hit; what is stale is removed.
  ///
  /// - Throws: ``FeatureCacheError/trainableBackbone(paths:)`` if something of the part can learn.
  package mutating func found(_ wanted: FrozenOutputs) throws -> LabeledDataset? {
    let name = wanted.name
    guard wanted.trainablePaths.isEmpty else {
      memory[name] = nil
      try removeFile(name)
      throw FeatureCacheError.trainableBackbone(paths: wanted.trainablePaths)
    }
    if memory[name]?.weights != wanted.weights { memory[name] = try read(wanted) }
    guard let entry = memory[name] else { return nil }
    hits += 1
    return wanted.dataset.replacingInputs(with: entry.outputs)
  }

  /// Keeps what was computed, in place of what is stale, and counts a miss.
  package mutating func keep(_ outputs: Tensor<Float>, as wanted: FrozenOutputs) throws {
    misses += 1
    memory[wanted.name] = Entry(weights: wanted.weights, outputs: outputs)
    guard let directory, let url = url(of: wanted.name) else { return }
    do {
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    } catch {
      throw FeatureCacheError.fileSystem(path: directory.path, problem: error.localizedDescription)
    }
    try SafetensorsFile.write(
      [("outputs", AnyTensor(outputs))], metadata: ["weights": wanted.weights], to: url)
  }

  /// What a file holds of it. One that can't be read serves nobody: it is removed as a stale one is.
  private func read(_ wanted: FrozenOutputs) throws -> Entry? {
    guard let url = url(of: wanted.name), FileManager.default.fileExists(atPath: url.path) else { return nil }
    guard let file = try? SafetensorsFile(contentsOf: url), file.metadata["weights"] == wanted.weights,
      let outputs = try? file.tensor("outputs", as: Float.self), outputs.shape.first == wanted.dataset.count
    else {
      try removeFile(wanted.name)
      return nil
    }
    return Entry(weights: wanted.weights, outputs: outputs)
  }

  private func removeFile(_ name: String) throws {
    guard let url = url(of: name), FileManager.default.fileExists(atPath: url.path) else { return }
    do {
      try FileManager.default.removeItem(at: url)
    } catch {
      throw FeatureCacheError.fileSystem(path: url.path, problem: error.localizedDescription)
    }
  }

  private func url(of name: String) -> URL? {
    directory?.appendingPathComponent("\(name).safetensors")
  }
}
