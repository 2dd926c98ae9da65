import Foundation
import GraftData
import GraftNN
import GraftTensor

/// Why features can't be kept.
public enum FeatureCacheError: GraftError, Hashable {
  /// Inputs that differ in each epoch have no features that could be kept.
  case randomAugmentation(String)
  /// Features of a backbone that learns are out of date after one step.
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

/// Keeps what a frozen backbone computes, so that a head trains without running it again.
///
/// ```swift
/// var cache = FeatureCache(directory: url)
/// model.freeze(.backbone)
/// let features = try cache.features(of: model, from: training)   // computed once, then read
/// ```
///
/// Features belong to exactly one backbone and one data set: they are found by a fingerprint of the
/// backbone's parameters and buffers, its pooling, and the inputs after normalisation. When the weights have
/// changed, they are computed anew and the stale file is replaced; when something of the backbone has been
/// thawed, they are dropped and the call throws. In memory only, or also in a directory, one for each model
/// that is in use.
public struct FeatureCache {
  /// Where files are kept; `nil` for a cache in memory only.
  public let directory: URL?

  /// How many calls were served without running the backbone.
  public private(set) var hits = 0

  /// How many calls ran the backbone.
  public private(set) var misses = 0

  private var memory: [String: Entry] = [:]

  private struct Entry {
    let backbone: String
    let features: Tensor<Float>
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
    if let augmentation { throw FeatureCacheError.randomAugmentation("\(type(of: augmentation))") }
    let backbone = Selection.backbone.entries(in: model, operation: "FeatureCache.features")
    let name = "\(type(of: model))-\(fingerprint(of: dataset))"
    let trainable = backbone.filter(\.isTrainable)
    guard trainable.isEmpty else {
      try removeAll()
      try removeFile(name)
      throw FeatureCacheError.trainableBackbone(paths: trainable.map(\.path))
    }
    let key = fingerprint(of: backbone, pooling: model.pooling)
    if let features = try stored(name, key: key, count: dataset.count) {
      hits += 1
      return dataset.replacingInputs(with: features)
    }
    misses += 1
    let result = extractFeatures(of: model, from: dataset, batchSize: batchSize, progress: progress)
    try store(result.inputs, name: name, key: key)
    return result
  }

  /// Forgets everything and removes the files of what was in memory.
  public mutating func removeAll() throws {
    for name in memory.keys { try removeFile(name) }
    memory = [:]
  }
}

// MARK: - Keys

extension FeatureCache {
  private func fingerprint(of entries: [StateEntry], pooling: any Layer) -> String {
    var fingerprint = Fingerprint()
    for (path, module) in pooling.modules {
      fingerprint.combine("\(path): \(type(of: module)) \(reflectedSettings(of: module))")
    }
    for entry in entries {
      fingerprint.combine(entry.path)
      fingerprint.combine(entry.anyValue)
    }
    return fingerprint.description
  }

  /// Of the inputs as the network sees them, so of their normalisation too. Labels don't matter.
  private func fingerprint(of dataset: LabeledDataset) -> String {
    var fingerprint = Fingerprint()
    for start in stride(from: 0, to: dataset.count, by: 64) {
      let block = dataset.inputs(at: Array(start..<min(start + 64, dataset.count)))
      fingerprint.combine(AnyTensor(block))
    }
    return fingerprint.description
  }
}

// MARK: - Memory and files

extension FeatureCache {
  /// The features of that name if they belong to the backbone; stale ones are removed.
  private mutating func stored(_ name: String, key: String, count: Int) throws -> Tensor<Float>? {
    if let entry = memory[name] {
      if entry.backbone == key { return entry.features }
      memory[name] = nil
    }
    guard let url = url(of: name), FileManager.default.fileExists(atPath: url.path) else { return nil }
    // A file that can't be read serves nobody: it is treated as a stale one.
    guard let file = try? SafetensorsFile(contentsOf: url), file.metadata["backbone"] == key,
      let features = try? file.tensor("features", as: Float.self), features.shape.first == count
    else {
      try removeFile(name)
      return nil
    }
    memory[name] = Entry(backbone: key, features: features)
    return features
  }

  private mutating func store(_ features: Tensor<Float>, name: String, key: String) throws {
    memory[name] = Entry(backbone: key, features: features)
    guard let directory, let url = url(of: name) else { return }
    do {
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    } catch {
      throw FeatureCacheError.fileSystem(path: directory.path, problem: error.localizedDescription)
    }
    try SafetensorsFile.write([("features", AnyTensor(features))], metadata: ["backbone": key], to: url)
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
    directory?.appendingPathComponent("features-\(name).safetensors")
  }
}
