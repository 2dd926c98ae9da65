import Foundation

/// A file of named tensors in the safetensors format, read only as far as it is used.
///
/// The file is mapped into memory and checked as a whole when it is opened; tensors of numbers share its memory until
/// they are written to, so that opening a large checkpoint is quick and costs nothing twice.
///
/// ```swift
/// let file = try SafetensorsFile(contentsOf: url)
/// let weight = try file.tensor("fc.weight", as: Float.self)
/// ```
///
/// The file must not be changed in place while it, or a tensor from it, is in use. Replacing it by another of the same
/// name, as ``write(_:metadata:to:)`` does, is fine.
public struct SafetensorsFile: Sendable {
  /// What the file says about one tensor.
  public struct Entry: Sendable, Hashable {
    /// The kind of the elements as they are stored.
    public let elementType: ElementType

    /// The lengths of the axes, outermost first.
    public let shape: Shape
  }

  /// The names of the tensors in the order of their data.
  public let names: [String]

  /// What the file says about itself, under keys such as `format`.
  public let metadata: [String: String]

  private let file: MappedFile
  private let entries: [String: SafetensorsHeader.Entry]
  private let dataOffset: Int

  /// Opens a file and checks all that its header says.
  ///
  /// Throws ``TensorFileError`` if the file cannot be read, breaks a rule of the format, or holds elements of a type
  /// that Graft does not know.
  public init(contentsOf url: URL) throws {
    file = try MappedFile(contentsOf: url)
    do {
      let header = try SafetensorsHeader(file: file.bytes)
      names = header.entries.map(\.name)
      metadata = header.metadata
      dataOffset = header.dataOffset
      entries = Dictionary(uniqueKeysWithValues: header.entries.map { ($0.name, $0) })
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
    let range = (dataOffset + entry.bytes.lowerBound)..<(dataOffset + entry.bytes.upperBound)
    let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[range])
    return StoredElements(type: entry.elementType, shape: entry.shape, bytes: bytes, owner: file).tensor
  }

  /// A tensor with elements of the type asked for.
  ///
  /// Elements are converted where nothing can be lost: F16 and BF16 become `Float` or `Double`, F32 becomes
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
