import GraftTensor

/// UTF-8 text that knows where it comes from: for each byte, the code point of the original text that it belongs to or was made of.
struct AlignedText: Sendable {
  /// Valid UTF-8.
  private(set) var bytes: [UInt8] = []

  /// For each byte the number of a code point in the original text. Never decreasing.
  private(set) var origins: [Int32] = []

  /// A text of which no byte is there yet.
  init(capacity: Int) {
    bytes.reserveCapacity(capacity)
    origins.reserveCapacity(capacity)
  }

  /// A text as it is.
  init(_ text: String) {
    bytes = Array(text.utf8)
    require(
      bytes.count <= Int(Int32.max),
      "Tokenizer.encode: a text of \(bytes.count) bytes is longer than \(Int32.max); encode it in parts")
    if bytes.allSatisfy({ $0 < 0x80 }) {
      origins = Array(0..<Int32(bytes.count))
    } else {
      origins.reserveCapacity(bytes.count)
      var origin: Int32 = -1
      for byte in bytes {
        if byte & 0xC0 != 0x80 { origin += 1 }
        origins.append(origin)
      }
    }
  }

  /// A part of a text, which has to begin and end between code points.
  init(_ text: AlignedText, _ range: Range<Int>) {
    if range == text.bytes.indices {
      self = text
    } else {
      bytes = Array(text.bytes[range])
      origins = Array(text.origins[range])
    }
  }

  /// The number of bytes.
  var count: Int { bytes.count }

  @inline(__always)
  mutating func append(ascii byte: UInt8, origin: Int32) {
    bytes.append(byte)
    origins.append(origin)
  }

  mutating func append(_ scalar: Unicode.Scalar, origin: Int32) {
    for byte in scalar.utf8 { append(ascii: byte, origin: origin) }
  }

  mutating func append(_ text: AlignedText, _ range: Range<Int>) {
    bytes.append(contentsOf: text.bytes[range])
    origins.append(contentsOf: text.origins[range])
  }

  /// The code point that begins at a byte, and the number of its bytes.
  @inline(__always)
  func scalar(at index: Int) -> (scalar: Unicode.Scalar, length: Int) {
    bytes.scalar(at: index)
  }
}

extension [UInt8] {
  /// The code point that begins at a byte of valid UTF-8, and the number of its bytes.
  @inline(__always)
  func scalar(at index: Int) -> (scalar: Unicode.Scalar, length: Int) {
    let first = UInt32(self[index])
    if first < 0x80 { return (Unicode.Scalar(UInt8(first)), 1) }
    let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    var value = first & (0x7F >> UInt32(length))
    for offset in 1..<length { value = value << 6 | UInt32(self[index + offset] & 0x3F) }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
  }

  /// The code point that ends before a byte of valid UTF-8, and the number of its bytes.
  func scalar(before end: Int) -> (scalar: Unicode.Scalar, length: Int) {
    var start = end - 1
    while self[start] & 0xC0 == 0x80 { start -= 1 }
    return scalar(at: start)
  }
}
