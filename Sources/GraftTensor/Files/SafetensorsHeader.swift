/// What the header of a safetensors file says, checked against the rules of the format and the file's length.
///
/// A file is the header's length (64 bits, little-endian), the header, a JSON object, and the tensors' bytes:
///
///     {"__metadata__": {"format": "pt"},
///      "weight": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}
struct SafetensorsHeader {
  /// One tensor of the file.
  struct Entry: Hashable {
    var name: String
    var elementType: ElementType
    var shape: Shape
    /// Where its bytes lie, counted from the end of the header.
    var bytes: Range<Int>
  }

  /// The longest header that is accepted, in bytes.
  static let maximumByteCount: UInt64 = 100_000_000

  /// The tensors in the order of their data.
  let entries: [Entry]

  /// What the file says about itself.
  let metadata: [String: String]

  /// Where the data begin, in bytes from the beginning of the file.
  let dataOffset: Int

  /// Reads and checks the header of a whole file.
  ///
  /// Throws a problem of ``TensorFileError``.
  init(file: UnsafeRawBufferPointer) throws(TensorFileError.Problem) {
    guard file.count >= 8 else { throw .tooShort(byteCount: file.count) }
    let length = UInt64(littleEndian: file.loadUnaligned(as: UInt64.self))
    guard length <= Self.maximumByteCount else { throw .headerTooLong(byteCount: length) }
    guard length <= file.count - 8 else {
      throw .headerBeyondFile(headerByteCount: length, fileByteCount: file.count)
    }
    dataOffset = 8 + Int(length)
    var reader = SafetensorsHeaderReader()
    try reader.read(UnsafeRawBufferPointer(rebasing: file[8..<dataOffset]))
    metadata = reader.metadata
    entries = try Self.checked(reader.entries, dataByteCount: file.count - dataOffset)
  }

  /// The tensors in the order of their data, which has to be without overlap, gap or rest.
  private static func checked(
    _ raw: [SafetensorsHeaderReader.RawEntry], dataByteCount: Int
  ) throws(TensorFileError.Problem) -> [Entry] {
    var entries: [Entry] = []
    var end = 0
    // Several tensors without elements may lie at one place, before one with elements.
    for entry in raw.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
      guard entry.begin == end && entry.end >= entry.begin else {
        throw .misplacedData(tensor: entry.name, begin: entry.begin, end: entry.end, expectedBegin: end)
      }
      guard let type = ElementType(safetensorsName: entry.dtype) else {
        throw .unsupportedElementType(tensor: entry.name, entry.dtype)
      }
      let (shape, byteCount) = try Shape.checked(entry.shape, elementType: type, tensor: entry.name)
      guard byteCount == entry.end - entry.begin else {
        throw .sizeMismatch(tensor: entry.name, expected: byteCount, found: entry.end - entry.begin)
      }
      end = entry.end
      entries.append(Entry(name: entry.name, elementType: type, shape: shape, bytes: entry.begin..<end))
    }
    guard end == dataByteCount else { throw .dataLengthMismatch(expected: end, found: dataByteCount) }
    return entries
  }
}

extension Shape {
  /// A shape that a file gives, and how many bytes its elements take.
  ///
  /// Throws if there are too many axes, if one is too long, if neighbours along one lie too far apart, or if the product
  /// of all, axes of length 0 left out, overflows.
  static func checked(
    _ lengths: [Int], elementType: ElementType, tensor: String
  ) throws(TensorFileError.Problem) -> (shape: Shape, byteCount: Int) {
    guard lengths.count <= Shape.maximumRank else {
      throw .unsupportedRank(tensor: tensor, lengths.count)
    }
    var byteCount = elementType.byteCount
    let isEmpty = lengths.contains(0)
    for length in lengths.reversed() where length != 0 {
      let distance = byteCount / elementType.byteCount
      let (product, overflow) = byteCount.multipliedReportingOverflow(by: length)
      guard !overflow, length <= Shape.maximumLength,
        isEmpty || length == 1 || distance <= Shape.maximumLength
      else { throw .shapeOverflow(tensor: tensor) }
      byteCount = product
    }
    return (Shape(lengths), isEmpty ? 0 : byteCount)
  }
}
