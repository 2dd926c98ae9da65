import Foundation
import GraftTensor

// The IDX format, in which MNIST and its kin are published: two zero bytes, the type of the elements, the number of
// axes, their lengths as big-endian 32-bit numbers, then the elements, row-major.

extension Tensor where Scalar == UInt8 {
  /// The bytes of an IDX file, plain or compressed with gzip.
  ///
  /// - Parameters:
  ///   - file: Its header has to announce unsigned bytes and exactly the size that follows.
  ///   - maximumBytes: What is accepted at most, before and after decompression; by default 1 GiB.
  /// - Throws: ``DataError`` if the file can't be read, is damaged, too large, or of another type.
  public init(idx file: URL, maximumBytes: Int = 1 << 30) throws {
    let bytes = try BoundedFile.read(file, atMost: maximumBytes)
    try self.init(idxBytes: bytes, name: file.path, maximumBytes: maximumBytes)
  }

  init(idxBytes bytes: [UInt8], name: String, maximumBytes: Int) throws(DataError) {
    guard Gzip.isCompressed(bytes) else {
      let header = try IDXHeader(bytes, name: name, maximumBytes: maximumBytes)
      self = try header.tensor(of: bytes, name: name)
      return
    }
    // The header first, to know how much may come out; one byte more tells whether there is too much.
    let start = try Gzip.prefix(IDXHeader.maximumSize, of: bytes, name: name)
    let header = try IDXHeader(start, name: name, maximumBytes: maximumBytes)
    let content = try Gzip.prefix(header.fileSize + 1, of: bytes, name: name)
    self = try header.tensor(of: content, name: name)
  }
}

private struct IDXHeader {
  let shape: Shape

  /// The number of bytes before the elements.
  var size: Int { 4 + 4 * shape.rank }

  /// The number of bytes of the whole (decompressed) file.
  var fileSize: Int { size + shape.elementCount }

  static let maximumSize = 4 + 4 * Shape.maximumRank

  private static let types: [UInt8: String] = [
    0x08: "unsigned bytes", 0x09: "signed bytes", 0x0B: "16-bit integers", 0x0C: "32-bit integers",
    0x0D: "32-bit floats", 0x0E: "64-bit floats",
  ]

  init(_ bytes: [UInt8], name: String, maximumBytes: Int) throws(DataError) {
    guard bytes.count >= 4, bytes[0] == 0, bytes[1] == 0, let type = IDXHeader.types[bytes[2]] else {
      throw DataError(
        .malformed, file: name, at: .byte(0), "this is not an IDX file",
        advice: "An IDX file begins with two zero bytes, a type and the number of axes")
    }
    guard bytes[2] == 0x08 else {
      throw DataError(
        .unsupported, file: name, at: .byte(2), "the elements are \(type)",
        advice: "Only unsigned bytes are supported; convert the file")
    }
    let rank = Int(bytes[3])
    guard rank >= 1 && rank <= Shape.maximumRank else {
      throw DataError(
        .unsupported, file: name, at: .byte(3), "the header announces \(rank) axes",
        advice: "1 to \(Shape.maximumRank) are supported")
    }
    guard bytes.count >= 4 + 4 * rank else {
      throw DataError(
        .truncated, file: name, at: .byte(bytes.count), "the header ends early",
        advice: "Fetch the file again")
    }
    var shape = Shape()
    var count = 1
    for axis in 0..<rank {
      let length = bytes[(4 + 4 * axis)..<(8 + 4 * axis)].reduce(0) { $0 << 8 | UInt64($1) }
      // An axis of length 0 does not excuse impossible ones beside it.
      let (product, overflows) = count.multipliedReportingOverflow(by: max(Int(clamping: length), 1))
      guard !overflows, product <= min(maximumBytes, Int.max - IDXHeader.maximumSize - 1) else {
        throw DataError(
          .tooLarge, file: name, at: .byte(4 + 4 * axis),
          "the header announces more than \(maximumBytes) bytes",
          advice: "It is damaged; raise maximumBytes if that much is intended")
      }
      guard length <= Shape.maximumLength else {
        throw DataError(
          .tooLarge, file: name, at: .byte(4 + 4 * axis),
          "the header announces an axis of length \(length)",
          advice: "At most \(Shape.maximumLength) are supported; divide the file")
      }
      count = product
      shape.append(Int(length))
    }
    self.shape = shape
  }

  /// The elements of a file that has exactly the announced size.
  func tensor(of bytes: [UInt8], name: String) throws(DataError) -> Tensor<UInt8> {
    guard bytes.count == fileSize else {
      let isShort = bytes.count < fileSize
      throw DataError(
        isShort ? .truncated : .malformed, file: name, at: .byte(min(bytes.count, fileSize)),
        "the header announces \(fileSize) bytes for shape \(shape), the file has "
          + (isShort ? "\(bytes.count)" : "more"),
        advice: "Fetch the file again")
    }
    return Tensor(shape: shape, scalars: Array(bytes[size...]))
  }
}

extension LabeledDataset {
  /// Images and labels from two IDX files, plain or compressed with gzip: MNIST, Fashion-MNIST, EMNIST.
  ///
  /// Images without a channel axis, `[n, height, width]`, get one: `[n, 1, height, width]`.
  ///
  /// - Parameters:
  ///   - idxImages: The file of images.
  ///   - labels: The file of labels.
  ///   - classNames: A name for each class. By default the classes are numbered up to the largest label.
  ///   - maximumBytes: What is accepted at most of each file; by default 1 GiB.
  /// - Throws: ``DataError`` if a file can't be read or is damaged, or if the two do not belong together.
  public init(
    idxImages: URL, labels: URL, classNames: [String]? = nil, maximumBytes: Int = 1 << 30
  ) throws {
    let images = try Tensor<UInt8>(idx: idxImages, maximumBytes: maximumBytes)
    let classes = try Tensor<UInt8>(idx: labels, maximumBytes: maximumBytes)
    do {
      try self.init(
        images: images.rank == 3 ? images.expandingAxis(at: 1) : images,
        labels: Tensor<Int32>(classes), classNames: classNames)
    } catch let error as DataError {
      throw error.located(in: labels.path)
    }
  }
}
