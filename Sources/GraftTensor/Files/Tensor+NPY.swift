import Foundation

extension AnyTensor {
  /// The array in an NPY file, NumPy's format for one array, with elements of the type that it is stored with; `Float`
  /// for half precision.
  ///
  /// Versions 1 to 3 are read, little-endian, in C order or Fortran order. The file is mapped into memory, as for
  /// ``SafetensorsFile``, and must not be changed in place while the tensor is in use.
  ///
  /// Throws ``TensorFileError`` if the file cannot be read, is damaged, or holds elements of a type that Graft does not
  /// know.
  public init(npy url: URL) throws {
    let file = try MappedFile(contentsOf: url)
    do {
      try self.init(npy: file.bytes, owner: file)
    } catch {
      throw TensorFileError(file: file.path, error)
    }
  }

  /// The array in an NPY file that is in memory: as ``init(npy:)-(URL)`` gives it, but copied.
  package init(npy file: [UInt8]) throws(TensorFileError.Problem) {
    self = try file.withUnsafeBufferPointer { bytes throws(TensorFileError.Problem) in
      // Nobody owns the bytes any longer than it takes to copy them.
      try AnyTensor(npy: UnsafeRawBufferPointer(bytes), owner: NoOwner()).owned()
    }
  }

  private final class NoOwner {}

  private init(npy file: UnsafeRawBufferPointer, owner: AnyObject) throws(TensorFileError.Problem) {
    let header = try NPYHeader(file: file)
    let stored = StoredElements(
      type: header.elementType, shape: header.storedShape,
      bytes: UnsafeRawBufferPointer(rebasing: file[header.bytes]), owner: owner)
    self = header.isFortranOrder ? stored.tensor.withReversedAxes() : stored.tensor
  }
}

extension Tensor {
  /// The array in an NPY file, with elements of this tensor's type.
  ///
  /// Elements are converted where nothing can be lost, as by ``SafetensorsFile/tensor(_:as:)``; for the rest see
  /// ``AnyTensor/init(npy:)``.
  ///
  /// Throws ``TensorFileError`` if the file cannot be read or its elements cannot be converted so.
  public init(npy url: URL) throws {
    let stored = try AnyTensor(npy: url)
    guard let tensor = stored.converted(to: Scalar.self) else {
      throw TensorFileError(
        file: url.path,
        .inconvertible(tensor: "array", stored: stored.elementType, requested: Scalar.elementType))
    }
    self = tensor
  }

  /// Writes the tensor to an NPY file (version 1.0, C order), which appears complete or not at all.
  ///
  /// Throws ``TensorFileError`` if the system refuses.
  public func writeNPY(to url: URL) throws {
    try AtomicFile.create(at: url) { file in
      try NPYHeader.bytes(elementType: Scalar.elementType, shape: shape).withUnsafeBytes {
        try file.append($0)
      }
      try withContiguousBuffer { try file.append(UnsafeRawBufferPointer($0)) }
    }
  }
}
