import Foundation
import GraftTensor

/// Named tensors, from a file or from a model in memory, to be loaded into a model.
///
/// ```swift
/// let checkpoint = try Checkpoint(contentsOf: url)
/// let report = try model.load(checkpoint, allowing: .mismatched("fc"))
/// ```
public struct Checkpoint: Sendable {
  /// What messages call it: the file's path, or "checkpoint in memory".
  public let origin: String

  private let sources: [String: Source]

  private enum Source: Sendable {
    case file(WeightsFile)
    case memory(AnyTensor)
  }

  /// The tensors of a file of weights, or of all files that an index lists. They are read when they are asked for.
  ///
  /// What a file is shows in its first bytes, its name does not matter: safetensors, PyTorch's `.pt`, `.pth` and `.bin` in
  /// their newer and older forms (nothing from them is executed, see `PyTorchFile`), and the index of a checkpoint in
  /// several files of either kind, `model.safetensors.index.json` or `pytorch_model.bin.index.json`.
  ///
  /// Throws `TensorFileError` if a file can't be read, is malformed or is something else, such as the HTML page about it, and
  /// ``CheckpointError/malformedIndex(file:problem:)`` if the index is no good.
  public init(contentsOf url: URL) throws {
    origin = url.path
    if try FileKind(contentsOf: url) == .json {
      sources = try ShardIndex(contentsOf: url).files().mapValues { .file($0) }
    } else {
      let file = try WeightsFile(contentsOf: url)
      sources = Dictionary(uniqueKeysWithValues: file.names.map { ($0, .file(file)) })
    }
  }

  /// The tensors of a PyTorch file, for the parts of it that ``init(contentsOf:)`` does not take:
  /// `Checkpoint(try PyTorchFile(contentsOf: url, section: "ema"), origin: url.path)`.
  public init(_ file: PyTorchFile, origin: String = "PyTorch file") {
    self.origin = origin
    sources = Dictionary(uniqueKeysWithValues: file.names.map { ($0, .file(.pyTorch(file))) })
  }

  /// The given tensors.
  public init(_ tensors: [String: AnyTensor]) {
    origin = "checkpoint in memory"
    sources = tensors.mapValues { .memory($0) }
  }

  /// The tensors' names, sorted.
  public var names: [String] { sources.keys.sorted() }

  /// Element type and shape of a tensor; `nil` if there is none of that name.
  public func entry(_ name: String) -> (elementType: ElementType, shape: Shape)? {
    switch sources[name] {
    case .file(let file): return file.entry(name).map { ($0.elementType, $0.shape) }
    case .memory(let tensor): return (tensor.elementType, tensor.shape)
    case nil: return nil
    }
  }

  /// A tensor by its name, with its elements converted if nothing is lost by it: half precision to `Float`, integers to
  /// wider ones.
  ///
  /// Throws `TensorFileError` if there is none of that name, if it can't be converted, or if the file can't be read.
  public func tensor<Scalar: TensorScalar>(
    _ name: String, as type: Scalar.Type = Scalar.self
  ) throws -> Tensor<Scalar> {
    switch sources[name] {
    case .file(let file): return try file.tensor(name, as: type)
    case .memory(let tensor):
      guard let converted = tensor.converted(to: type) else {
        throw TensorFileError(
          file: origin,
          .inconvertible(tensor: name, stored: tensor.elementType, requested: Scalar.elementType))
      }
      return converted
    case nil: throw TensorFileError(file: origin, .noSuchTensor(name, available: names))
    }
  }

  /// A tensor by its name with the elements it has (`Float` where a file has half precision).
  ///
  /// Throws `TensorFileError` if there is none of that name or the file can't be read.
  public func anyTensor(_ name: String) throws -> AnyTensor {
    switch sources[name] {
    case .file(let file): return try file.anyTensor(name)
    case .memory(let tensor): return tensor
    case nil: throw TensorFileError(file: origin, .noSuchTensor(name, available: names))
    }
  }
}

extension Checkpoint: CustomStringConvertible {
  /// In short: where it came from and how many tensors it has.
  public var description: String { "\(origin): \(names.count) tensors" }
}
