import Foundation
import GraftTensor

/// Samples in one or more files that are mapped into memory: a data set larger than memory.
///
/// ```swift
/// let folder = try ImageFolder(contentsOf: photographs).mappingImages { $0.resized(to: ImageSize(side: 256)) }
/// try folder.writeShards(to: shards, of: 4096)                           // once
///
/// let training = try ShardedDataset(contentsOf: shards)
/// let batches = training.batches(of: 32, epoch: epoch, shuffledBy: 1, normalizedBy: .imageNet)
/// ```
///
/// The system reads what is used and forgets what has not been used for long. Any order is possible; in memory are the
/// labels and what the system keeps. The files must not be changed in place while the data set is in use.
public struct ShardedDataset: SampleSource {
  /// The names of the classes, in the order of their numbers; `nil` if the files don't say.
  public let classNames: [String]?

  /// The shape of one input: `[channels, height, width]` for images.
  public let inputShape: Shape

  private let shards: [Shard]
  /// The position of the first sample of each shard.
  private let starts: [Int]

  /// How many samples there are.
  public let count: Int

  /// The shards in a folder: all files that end in `.safetensors`, in the order of their names.
  ///
  /// - Throws: ``DataError`` if there are none or they do not fit together, `TensorFileError` if one is damaged.
  public init(contentsOf folder: URL) throws {
    let found: [URL]
    do {
      found = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    } catch {
      throw DataError(
        .unreadable, file: folder.path, "the folder can't be read (\(error.localizedDescription))",
        advice: "Check the path and the permissions")
    }
    let files = found.filter { $0.pathExtension == "safetensors" && !$0.lastPathComponent.hasPrefix(".") }
      .sorted { $0.lastPathComponent.utf8.lexicographicallyPrecedes($1.lastPathComponent.utf8) }
    guard !files.isEmpty else {
      throw DataError(
        .unreadable, file: folder.path, "the folder has no .safetensors files",
        advice: "Check the path, or write shards with writeShards(to:of:)")
    }
    try self.init(safetensors: files)
  }

  /// Safetensors files with a tensor of inputs and one of labels each.
  ///
  /// - Parameters:
  ///   - files: The files, whose samples follow one another; traps if there are none.
  ///   - inputs: The name of the tensor of inputs: bytes (images) or `Float`, samples along axis 0.
  ///   - labels: The name of the tensor of classes, of integers, one for each sample.
  /// - Throws: ``DataError`` if a file does not fit, `TensorFileError` if one is damaged.
  public init(safetensors files: [URL], inputs: String = "inputs", labels: String = "labels") throws {
    try self.init(files.map { try Shard(safetensors: $0, inputs: inputs, labels: labels) })
  }

  /// NPY files in pairs, one of inputs and one of labels.
  ///
  /// - Parameter files: The pairs, whose samples follow one another; traps if there are none. Inputs are bytes (images) or
  ///   `Float`, in C order, samples along axis 0; labels are integers, one for each sample.
  /// - Throws: ``DataError`` if files do not fit, `TensorFileError` if one is damaged.
  public init(npy files: [(inputs: URL, labels: URL)]) throws {
    try self.init(files.map { try Shard(npy: $0.inputs, labels: $0.labels) })
  }

  private init(_ shards: [Shard]) throws {
    require(!shards.isEmpty, "ShardedDataset: no files")
    for shard in shards { try shard.check(fits: shards[0]) }
    self.shards = shards
    classNames = shards[0].classNames
    inputShape = shards[0].inputShape
    var (starts, count) = ([Int](), 0)
    for shard in shards {
      starts.append(count)
      count += shard.labels.count
    }
    (self.starts, self.count) = (starts, count)
  }

  /// The classes of all samples.
  public var labels: [Int] { shards.flatMap { $0.labels.map(Int.init) } }

  /// A sample. Its input shares the file's memory. Traps if there is none at this position.
  public func sample(at index: Int) -> StoredSample {
    require(index >= 0 && index < count, "ShardedDataset: sample \(index) is not one of \(count)")
    // The last shard that begins no later; empty ones begin where the next one does.
    var (low, high) = (0, shards.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= index { low = middle } else { high = middle }
    }
    let row = index - starts[low]
    return StoredSample(
      input: AugmentedInput(shards[low].inputs, row: row), label: Int(shards[low].labels[row]))
  }
}

extension ShardedDataset: CustomStringConvertible {
  /// In short: `50000 samples of shape [3, 256, 256] in 13 files`.
  public var description: String { "\(count) samples of shape \(inputShape) in \(shards.count) files" }
}
