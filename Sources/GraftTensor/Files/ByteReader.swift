/// Reads little-endian numbers and text from bytes that can't be trusted; never beyond their end.
struct ByteReader {
  let bytes: UnsafeRawBufferPointer

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// How many bytes there are.
  var count: Int { bytes.count }

  /// The 16-bit number at an offset.
  func uint16(at offset: Int) throws(TensorFileError.Problem) -> UInt16 { try load(offset) }

  /// The 32-bit number at an offset.
  func uint32(at offset: Int) throws(TensorFileError.Problem) -> UInt32 { try load(offset) }

  /// The 64-bit number at an offset.
  func uint64(at offset: Int) throws(TensorFileError.Problem) -> UInt64 { try load(offset) }

  /// The 64-bit number at an offset, which has to be one that an offset can have.
  func offset(at offset: Int) throws(TensorFileError.Problem) -> Int {
    guard let value = Int(exactly: try uint64(at: offset)) else { throw .tooShort(byteCount: count) }
    return value
  }

  /// The text at an offset, or `nil` if the bytes there are not UTF-8.
  func text(at offset: Int, count: Int) throws(TensorFileError.Problem) -> String? {
    let slice = bytes[try checked(offset, count)]
    let text = String(decoding: slice, as: UTF8.self)
    // Decoding puts U+FFFD where bytes are not UTF-8, so valid text alone comes through unchanged.
    guard text.utf8.elementsEqual(slice) else { return nil }
    return text
  }

  private func load<Number: FixedWidthInteger & BitwiseCopyable>(
    _ offset: Int
  ) throws(TensorFileError.Problem) -> Number {
    let range = try checked(offset, MemoryLayout<Number>.size)
    return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: range.lowerBound, as: Number.self))
  }

  private func checked(_ offset: Int, _ length: Int) throws(TensorFileError.Problem) -> Range<Int> {
    guard offset >= 0, length >= 0, offset <= count, length <= count - offset else {
      throw .tooShort(byteCount: count)
    }
    return offset..<(offset + length)
  }
}

extension String {
  /// The text between quotation marks, escaped and cut so that a hostile one can't spoil a message.
  var quotedForMessage: String {
    let shown = unicodeScalars.prefix(100).map { $0.escaped(asASCII: false) }.joined()
    return "\"\(shown)\(unicodeScalars.count > 100 ? "…" : "")\""
  }
}
