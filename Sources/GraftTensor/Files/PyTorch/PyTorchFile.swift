import Foundation

/// A file that `torch.save` wrote (`.pt`, `.pth`, `pytorch_model.bin`): its tensors, under their names.
///
/// Both formats are read: the zip archive of PyTorch 1.6 and later, and the stream of pickles before it. Nothing from
/// the file is executed: of Python's pickle only what describes tensors is understood, and any function or class that is
/// not on a short list is refused by its name.
///
/// ```swift
/// let file = try PyTorchFile(contentsOf: url)
/// let weight = try file.tensor("fc.weight", as: Float.self)
/// ```
///
/// Keys of nested dictionaries and places in lists are joined by dots. Where a file holds more than a state dict, such
/// as a training program's checkpoint, one part is taken:
///
/// - the one that is asked for, `section: "ema"`, else
/// - all of it, if there are tensors right in the outermost dictionary, else
/// - the only dictionary in it that holds tensors, else the first of `state_dict`, `model_state_dict` and `model`, else
/// - all of it: `generator.weight`, `discriminator.weight`.
///
/// Everything else, such as numbers and texts, is passed over. A tensor that was saved alone is called `tensor`.
///
/// The file is mapped into memory and checked as a whole when it is opened. Tensors of numbers share its memory where
/// they lie aligned, tied ones share it with each other, and transposed ones stay views. The file must not be changed in
/// place while it, or a tensor from it, is in use.
public struct PyTorchFile: Sendable {
  /// What the file says about one tensor.
  public typealias Entry = SafetensorsFile.Entry

  /// The names of the tensors in the file's order.
  public let names: [String]

  private let file: MappedFile
  private let entries: [String: PyTorchEntry]

  /// Opens a file and checks all that it says about its tensors.
  ///
  /// Throws ``TensorFileError`` if the file cannot be read, is damaged, mentions a function or class that no tensor
  /// needs, or holds elements of a type that Graft does not know.
  /// - Parameters:
  ///   - url: where the file is.
  ///   - section: the part of the file that is wanted: a key of the outermost dictionary, or several joined by dots.
  ///     Default: the model's weights, as described above.
  public init(contentsOf url: URL, section: String? = nil) throws {
    file = try MappedFile(contentsOf: url)
    do {
      let tensors = try PyTorchArchive(file.bytes).tensors(in: section)
      names = tensors.map(\.name)
      entries = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.entry) })
    } catch {
      throw TensorFileError(file: file.path, error)
    }
  }

  /// What the file says about a tensor, or `nil` if it does not hold it.
  public func entry(_ name: String) -> Entry? {
    entries[name].map { Entry(elementType: $0.elementType, shape: $0.shape) }
  }

  /// A tensor with elements of the type that it is stored with; `Float` for the 16-bit floating-point types.
  ///
  /// Throws ``TensorFileError/Problem/noSuchTensor(_:available:)`` if there is none of this name.
  public func anyTensor(_ name: String) throws -> AnyTensor {
    guard let entry = entries[name] else {
      throw TensorFileError(file: file.path, .noSuchTensor(name, available: names))
    }
    let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[entry.bytes])
    guard let strides = entry.strides else {
      return StoredElements(type: entry.elementType, shape: entry.shape, bytes: bytes, owner: file).tensor
    }
    let span = Shape([bytes.count / entry.elementType.byteCount])
    return StoredElements(type: entry.elementType, shape: span, bytes: bytes, owner: file).tensor
      .viewed(as: entry.shape, strides: strides)
  }

  /// A tensor with elements of the type asked for.
  ///
  /// Elements are converted where nothing can be lost: half precision becomes `Float` or `Double`, `float32` becomes
  /// `Double`, and integers become any integer type that holds all the values present.
  ///
  /// Throws ``TensorFileError`` if there is no tensor of this name or its elements cannot be converted so.
  public func tensor<Scalar: TensorScalar>(
    _ name: String, as type: Scalar.Type = Scalar.self
  ) throws -> Tensor<Scalar> {
    let stored = try anyTensor(name)
    guard let tensor = stored.converted(to: type) else {
      throw TensorFileError(
        file: file.path,
        .inconvertible(tensor: name, stored: stored.elementType, requested: Scalar.elementType))
    }
    return tensor
  }
}
