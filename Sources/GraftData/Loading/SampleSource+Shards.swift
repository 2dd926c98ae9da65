import Foundation
import GraftTensor

extension SampleSource {
  /// Writes the samples to shards that ``ShardedDataset`` reads: safetensors files of `inputs` and `labels`.
  ///
  /// In memory are the samples of one file and those that are being fetched. The folder appears complete or not at all.
  ///
  /// - Parameters:
  ///   - folder: Where the files shall be: a folder that isn't there yet, in one that is.
  ///   - size: How many samples a file has, the last one perhaps fewer; traps unless positive. Some hundred megabytes a
  ///     file are fine.
  ///   - classNames: The names of the classes, in the order of their numbers, to be stored too. Default: none.
  ///   - workers: How many threads fetch samples. Default: all processors.
  /// - Returns: The samples that were left out, if the source skips those that can't be fetched.
  /// - Throws: ``DataError`` if the folder is there already, or if samples differ in shape or type; the error of a sample that
  ///   can't be fetched; `TensorFileError` if a file can't be written.
  @discardableResult
  public func writeShards(
    to folder: URL, of size: Int, classNames: [String]? = nil, workers: Int? = nil
  ) throws -> [SkippedSample] {
    require(size > 0, "writeShards: shards of \(size) samples")
    guard !FileManager.default.fileExists(atPath: folder.path) else {
      throw DataError(
        .unwritable, file: folder.path, "there is something in the place of the new folder",
        advice: "Remove it, or write the shards elsewhere")
    }
    let partial = folder.deletingLastPathComponent().appending(path: ".graft-\(UUID().uuidString).partial")
    do {
      try unwritableIfRefused(folder) {
        try FileManager.default.createDirectory(at: partial, withIntermediateDirectories: false)
      }
      var writer = try ShardWriter(folder: partial, size: size, classNames: classNames)
      let skipped = SkippedSamples()
      let workers = workers ?? ComputeThreads.available
      let samples = Prefetched(count: count, prefetch: 2 * workers, workers: workers) {
        index -> StoredSample? in
        do {
          return try sample(at: index)
        } catch  where skipsBrokenSamples {
          skipped.add(index, error)
          return nil
        }
      }
      try samples.forEachBatch { try writer.append($0) }
      try writer.finish()
      try unwritableIfRefused(folder) { try FileManager.default.moveItem(at: partial, to: folder) }
      return skipped.sorted
    } catch {
      try? FileManager.default.removeItem(at: partial)
      throw error
    }
  }
}

private func unwritableIfRefused(_ folder: URL, _ body: () throws -> Void) throws {
  do {
    try body()
  } catch {
    throw DataError(
      .unwritable, file: folder.path, "the folder can't be made (\(error.localizedDescription))",
      advice: "Check that the folder around it exists, and the permissions")
  }
}

/// Gathers samples and writes them whenever there are enough for a file.
private struct ShardWriter {
  private let folder: URL
  private let size: Int
  private let metadata: [String: String]
  private var inputs: [AugmentedInput] = []
  private var labels: [Int32] = []
  private var written = 0

  /// The first sample, which the others have to be like.
  private var first: AugmentedInput?

  init(folder: URL, size: Int, classNames: [String]?) throws {
    self.folder = folder
    self.size = size
    let names = try classNames.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
    metadata = names.map { [Shard.classNamesKey: $0] } ?? [:]
  }

  mutating func append(_ sample: StoredSample) throws {
    let position = written * size + labels.count
    let model = first ?? sample.input
    guard sample.input.isLike(model) else {
      throw DataError(
        .shapeMismatch, at: .sample(position),
        "an input of shape \(sample.input.shape) after those of \(model.shape), or one of another type",
        advice: "Bring inputs to one shape, images with mappingImages(_:)")
    }
    guard let label = Int32(exactly: sample.label), label >= 0 else {
      throw DataError(
        .labelOutOfRange, at: .sample(position), "label \(sample.label) is not a class",
        advice: "Classes are numbered from 0")
    }
    first = model
    inputs.append(sample.input)
    labels.append(label)
    if labels.count == size { try flush() }
  }

  mutating func finish() throws {
    if !labels.isEmpty { try flush() }
    guard written > 0 else {
      throw DataError(.tooFewSamples, "there are no samples to write", advice: "Check the source")
    }
  }

  private mutating func flush() throws {
    let stacked: AnyTensor
    switch InputStorage(stacking: inputs) {
    case .bytes(let bytes): stacked = AnyTensor(bytes)
    case .floats(let floats): stacked = AnyTensor(floats)
    }
    let digits = String(written)
    let name = "shard-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    try SafetensorsFile.write(
      [(Shard.inputsName, stacked), (Shard.labelsName, AnyTensor(Tensor(labels)))], metadata: metadata,
      to: folder.appending(path: name + ".safetensors"))
    written += 1
    inputs.removeAll()
    labels.removeAll()
  }
}

extension AugmentedInput {
  /// Whether two inputs are of one shape and one type.
  fileprivate func isLike(_ other: AugmentedInput) -> Bool {
    switch (self, other) {
    case (.bytes(let left), .bytes(let right)): left.shape == right.shape
    case (.floats(let left), .floats(let right)): left.shape == right.shape
    default: false
    }
  }
}
