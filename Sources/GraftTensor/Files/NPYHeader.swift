/// What the header of an NPY file says.
///
/// A file is the six bytes `\x93NUMPY`, two bytes of version, the header's length (16 bits in version 1, 32 bits in
/// versions 2 and 3, little-endian), the header, a Python dictionary, and the elements' bytes:
///
///     {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }
struct NPYHeader {
  let elementType: ElementType
  /// The lengths of the axes in the order in which they are stored, the innermost last.
  let storedShape: Shape
  /// Whether the array's first axis, not its last, is the innermost.
  let isFortranOrder: Bool
  /// Where the data lie, counted from the beginning of the file.
  let bytes: Range<Int>

  /// The format's names of element types. Single bytes have no order, which the bar says.
  static let elementTypes: [(name: String, type: ElementType)] = [
    ("|b1", .bool), ("|u1", .uint8), ("|i1", .int8), ("<u2", .uint16), ("<i2", .int16), ("<u4", .uint32),
    ("<i4", .int32), ("<u8", .uint64), ("<i8", .int64), ("<f2", .float16), ("<f4", .float32),
    ("<f8", .float64),
  ]

  private static let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]

  /// Reads and checks the header of a whole file.
  ///
  /// Throws a problem of ``TensorFileError``.
  init(file: UnsafeRawBufferPointer) throws(TensorFileError.Problem) {
    guard file.count >= 10 else { throw .tooShort(byteCount: file.count) }
    guard file.prefix(6).elementsEqual(Self.magic) else { throw .notNPY }
    let version = (file[6], file[7])
    guard (1...3).contains(version.0) && version.1 == 0 else {
      throw .unsupportedVersion("\(version.0).\(version.1)")
    }
    let start = version.0 == 1 ? 10 : 12
    guard file.count >= start else { throw .tooShort(byteCount: file.count) }
    let length =
      version.0 == 1
      ? Int(UInt16(littleEndian: file.loadUnaligned(fromByteOffset: 8, as: UInt16.self)))
      : Int(UInt32(littleEndian: file.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
    guard length <= file.count - start else {
      throw .headerBeyondFile(headerByteCount: UInt64(length), fileByteCount: file.count)
    }
    var scanner = PythonDictionaryScanner(
      UnsafeRawBufferPointer(rebasing: file[start..<(start + length)]), fileOffset: start)
    let fields = try scanner.readFields()

    let name = fields.descr.replacingFirst("=", with: "<")
    guard let type = Self.elementTypes.first(where: { $0.name == name })?.type else {
      throw .unsupportedElementType(tensor: "array", fields.descr)
    }
    elementType = type
    isFortranOrder = fields.isFortranOrder
    let byteCount: Int
    let lengths = isFortranOrder ? fields.shape.reversed() : fields.shape
    (storedShape, byteCount) = try Shape.checked(lengths, elementType: type, tensor: "array")
    guard byteCount == file.count - start - length else {
      throw .dataLengthMismatch(expected: byteCount, found: file.count - start - length)
    }
    bytes = (start + length)..<file.count
  }

  /// The beginning of a version 1.0 file of elements in row-major order, up to the data at a multiple of 64.
  static func bytes(elementType: ElementType, shape: Shape) -> [UInt8] {
    let name = elementTypes.first { $0.type == elementType }?.name ?? ""
    let lengths = shape.map(String.init).joined(separator: ", ") + (shape.rank == 1 ? "," : "")
    var text = "{'descr': '\(name)', 'fortran_order': False, 'shape': (\(lengths)), }"
    // A newline ends the header. Eight axes of 19 digits are far from what 16 bits of length can say.
    text += String(repeating: " ", count: 63 - (10 + text.utf8.count) % 64) + "\n"
    let length = text.utf8.count
    return magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + Array(text.utf8)
  }
}

extension String {
  /// The string with its first character exchanged, if it is this one.
  fileprivate func replacingFirst(_ character: Character, with other: Character) -> String {
    first == character ? String(other) + dropFirst() : self
  }
}
