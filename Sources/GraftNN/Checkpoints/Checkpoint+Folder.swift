import Foundation
import GraftTensor

extension Checkpoint {
  /// How many bytes of tensors a file has at most unless another limit is given: 5 GB, as is usual.
  public static let defaultShardByteCount = 5_000_000_000

  /// Writes a folder that Hugging Face's packages load: `model.safetensors`, or several files and
  /// `model.safetensors.index.json` if there is too much for one, and `config.json`.
  ///
  /// Each file appears whole or not at all, the index after the files that it lists; then files of weights in safetensors
  /// that were in the folder before are removed, since they would be taken for this model's. After an interruption save
  /// again.
  ///
  /// - Parameters:
  ///   - folder: where to; made if it is not there.
  ///   - configuration: the text of `config.json`. Default: none is written, and one that is there stays.
  ///   - metadata: texts that each file of weights should carry. `format` is `pt`, as is expected, unless given.
  ///   - maximumShardByteCount: how many bytes of tensors a file has at most, unless a single tensor has more.
  /// - Throws: `TensorFileError` if a file can't be written.
  public func write(
    toFolder folder: URL, configuration: String? = nil, metadata: [String: String] = [:],
    maximumShardByteCount: Int = defaultShardByteCount
  ) throws {
    require(
      maximumShardByteCount > 0, "write(toFolder:): a file of \(maximumShardByteCount) bytes holds no tensor")
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw TensorFileError(file: folder.path, .unwritable("\(error.localizedDescription)"))
    }
    let shards = try shards(ofAtMost: maximumShardByteCount)
    var written: Set<String> = []
    var weightMap: [String: String] = [:]
    for (index, names) in shards.enumerated() {
      let fileName = Self.fileName(of: index, of: shards.count)
      let part = Checkpoint(try Dictionary(uniqueKeysWithValues: names.map { ($0, try anyTensor($0)) }))
      try part.write(to: folder.appendingPathComponent(fileName), metadata: metadata)
      written.insert(fileName)
      for name in names { weightMap[name] = fileName }
    }
    if shards.count > 1 {
      let index = Index(metadata: .init(totalSize: try totalByteCount()), weightMap: weightMap)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try Self.write(try encoder.encode(index), to: folder.appendingPathComponent(Self.indexName))
      written.insert(Self.indexName)
    }
    if let configuration {
      try Self.write(
        Data(configuration.utf8), to: folder.appendingPathComponent(PretrainedFolder.configurationName))
    }
    try Self.removeWeights(in: folder, except: written)
  }

  private static let indexName = "model.safetensors.index.json"

  /// What the index of several files says.
  private struct Index: Encodable {
    struct Metadata: Encodable {
      let totalSize: Int

      enum CodingKeys: String, CodingKey { case totalSize = "total_size" }
    }

    let metadata: Metadata
    let weightMap: [String: String]

    enum CodingKeys: String, CodingKey {
      case metadata
      case weightMap = "weight_map"
    }
  }

  private static func fileName(of index: Int, of count: Int) -> String {
    func digits(_ number: Int) -> String {
      String(repeating: "0", count: max(0, 5 - "\(number)".count)) + "\(number)"
    }
    return count == 1 ? "model.safetensors" : "model-\(digits(index + 1))-of-\(digits(count)).safetensors"
  }

  /// The names, in their order, in groups whose tensors have no more than so many bytes, or are only one; one group at least.
  private func shards(ofAtMost maximum: Int) throws -> [[String]] {
    var shards: [[String]] = [[]]
    var byteCount = 0
    for name in names {
      let count = try byteCountWhenWritten(name)
      if byteCount + count > maximum && shards[shards.count - 1] != [] {
        shards.append([])
        byteCount = 0
      }
      shards[shards.count - 1].append(name)
      byteCount += count
    }
    return shards
  }

  private func totalByteCount() throws -> Int { try names.reduce(0) { try $0 + byteCountWhenWritten($1) } }

  /// Bytes of a tensor as it is written: half precision has become `Float`.
  private func byteCountWhenWritten(_ name: String) throws -> Int {
    guard let (type, shape) = entry(name) else { return 0 }
    let isWidened = type == .float16 || type == .bfloat16
    return shape.elementCount * (isWidened ? ElementType.float32.byteCount : type.byteCount)
  }

  private static func write(_ data: Data, to url: URL) throws {
    do {
      try data.write(to: url, options: .atomic)
    } catch {
      throw TensorFileError(file: url.path, .unwritable(error.localizedDescription))
    }
  }

  /// Removes the files of weights of an earlier model; exactly those names that this function's kin writes.
  private static func removeWeights(in folder: URL, except written: Set<String>) throws {
    let pattern = /model(-\d{5,}-of-\d{5,})?\.safetensors(\.index\.json)?/
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    where !written.contains(name) && name.wholeMatch(of: pattern) != nil {
      let file = folder.appendingPathComponent(name)
      do {
        try FileManager.default.removeItem(at: file)
      } catch {
        throw TensorFileError(file: file.path, .unwritable(error.localizedDescription))
      }
    }
  }
}

extension Module {
  /// Writes all parameters and buffers to a folder that Hugging Face's packages load, as
  /// ``Checkpoint/write(toFolder:configuration:metadata:maximumShardByteCount:)`` does.
  ///
  /// - Parameters:
  ///   - folder: where to; made if it is not there.
  ///   - configuration: the text of `config.json`. Default: none is written.
  ///   - maximumShardByteCount: how many bytes of tensors a file has at most.
  /// - Throws: `TensorFileError` if a file can't be written.
  public func save(
    toFolder folder: URL, configuration: String? = nil,
    maximumShardByteCount: Int = Checkpoint.defaultShardByteCount
  ) throws {
    try checkpoint().write(
      toFolder: folder, configuration: configuration, maximumShardByteCount: maximumShardByteCount)
  }
}
