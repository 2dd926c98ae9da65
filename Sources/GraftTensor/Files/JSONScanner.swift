/// Reads JSON from a file piece by piece, strictly (RFC 8259), without ever trusting it.
///
/// Foundation's parser takes the last of two equal keys in silence; here the caller sees every key.
package struct JSONScanner {
  /// What is wrong with the text, and at which byte.
  package struct Fault: Error, Equatable {
    package var offset: Int
    package var problem: String
  }

  /// How deep values may be nested.
  static let maximumDepth = 32

  private let bytes: UnsafeRawBufferPointer

  /// The number of the next byte.
  package private(set) var offset = 0

  package init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  /// Reads an object; `member` is called after each key and has to read the value.
  package mutating func readObject(_ member: (inout JSONScanner, _ key: String) throws -> Void) throws {
    try readList(from: "{", to: "}") { scanner in
      let key = try scanner.readString()
      try scanner.expect(":")
      try member(&scanner, key)
    }
  }

  /// Reads an array; `element` is called for each element and has to read it.
  package mutating func readArray(_ element: (inout JSONScanner) throws -> Void) throws {
    try readList(from: "[", to: "]", element)
  }

  private mutating func readList(
    from opening: Unicode.Scalar, to closing: Unicode.Scalar, _ item: (inout JSONScanner) throws -> Void
  ) throws {
    try expect(opening)
    if accept(closing) { return }
    repeat { try item(&self) } while accept(",")
    try expect(closing)
  }

  /// Reads a whole number that is not negative.
  package mutating func readNaturalNumber() throws -> Int {
    skipSpace()
    let start = offset
    var value = 0
    while let byte = peek(), let digit = Self.digit(byte) {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(digit)
      guard !overflow && !carry else { throw fault("a number too large", at: start) }
      guard offset == start || value > 0 else { throw fault("a number with a leading zero", at: start) }
      value = sum
      offset += 1
    }
    guard offset > start else { throw fault("expected a whole number that is not negative") }
    if let byte = peek(), [0x2E, 0x45, 0x65].contains(byte) {
      throw fault("a number that is not whole", at: start)
    }
    return value
  }

  /// Reads a string.
  package mutating func readString() throws -> String {
    try expect("\"")
    let start = offset
    var text: [UInt8] = []
    while true {
      guard let byte = next() else { throw fault("a string without end", at: start) }
      switch byte {
      case 0x22:
        let string = String(decoding: text, as: UTF8.self)
        // Decoding puts U+FFFD where bytes are not UTF-8, so valid text alone comes through unchanged.
        guard string.utf8.elementsEqual(text) else { throw fault("text that is not UTF-8", at: start) }
        return string
      case 0x5C: try text.append(contentsOf: readEscape().utf8)
      case 0..<0x20: throw fault("a control character in a string", at: offset - 1)
      default: text.append(byte)
      }
    }
  }

  /// Reads any value and forgets it; objects in it may not have two equal keys, and nesting has its bounds.
  package mutating func skipValue(depth: Int = 0) throws {
    guard depth < Self.maximumDepth else { throw fault("values nested too deeply") }
    skipSpace()
    switch peek() {
    case 0x7B:
      var keys: Set<String> = []
      try readObject { scanner, key in
        guard keys.insert(key).inserted else { throw scanner.fault("the key \(key.quotedForMessage) twice") }
        try scanner.skipValue(depth: depth + 1)
      }
    case 0x5B: try readArray { scanner in try scanner.skipValue(depth: depth + 1) }
    case 0x22: _ = try readString()
    case 0x74: try expectWord("true")
    case 0x66: try expectWord("false")
    case 0x6E: try expectWord("null")
    default: try skipNumber()
    }
  }

  /// Checks that nothing but white space is left.
  package mutating func expectEnd() throws {
    skipSpace()
    guard offset == bytes.count else { throw fault("more than one value") }
  }

  /// The text from `start` to the current byte.
  func text(from start: Int) -> String {
    String(decoding: bytes[start..<offset], as: UTF8.self)
  }

  /// An error at the current byte, or at another.
  package func fault(_ problem: String, at place: Int? = nil) -> Fault {
    Fault(offset: place ?? offset, problem: problem)
  }

  /// Reads a number, whole or not, and forgets it.
  mutating func skipNumber() throws {
    _ = accept("-")
    if peek() == 0x30 { offset += 1 } else { try skipDigits() }
    if peek() == 0x2E {
      offset += 1
      try skipDigits()
    }
    if let byte = peek(), byte | 0x20 == 0x65 {
      offset += 1
      if let sign = peek(), sign == 0x2B || sign == 0x2D { offset += 1 }
      try skipDigits()
    }
  }

  private mutating func skipDigits() throws {
    let start = offset
    while let byte = peek(), Self.digit(byte) != nil { offset += 1 }
    guard offset > start else { throw fault("expected a value") }
  }

  /// Reads what follows a backslash.
  private mutating func readEscape() throws -> String {
    let start = offset
    switch next() {
    case 0x22: return "\""
    case 0x5C: return "\\"
    case 0x2F: return "/"
    case 0x62: return "\u{8}"
    case 0x66: return "\u{C}"
    case 0x6E: return "\n"
    case 0x72: return "\r"
    case 0x74: return "\t"
    case 0x75:
      var units = [try readCodeUnit()]
      if (0xD800..<0xDC00).contains(units[0]), next() == 0x5C, next() == 0x75 {
        units.append(try readCodeUnit())
      }
      let text = String(decoding: units, as: UTF16.self)
      // An unpaired surrogate becomes U+FFFD and does not come back.
      guard text.utf16.elementsEqual(units) else { throw fault("an unpaired surrogate", at: start) }
      return text
    default: throw fault("an unknown escape", at: start)
    }
  }

  private mutating func readCodeUnit() throws -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = next(), let digit = Self.hexadecimalDigit(byte) else {
        throw fault("expected four hexadecimal digits")
      }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }

  private static func digit(_ byte: UInt8) -> Int? {
    (0x30...0x39).contains(byte) ? Int(byte) - 0x30 : nil
  }

  private static func hexadecimalDigit(_ byte: UInt8) -> Int? {
    (0x61...0x66).contains(byte | 0x20) ? Int(byte | 0x20) - 0x61 + 10 : digit(byte)
  }

  /// The next byte, `nil` at the end.
  func peek() -> UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func next() -> UInt8? {
    guard let byte = peek() else { return nil }
    offset += 1
    return byte
  }

  /// Skips white space.
  mutating func skipSpace() {
    while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
  }

  /// Skips a character if it is the next after white space; returns whether it was.
  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard let byte = peek(), UInt32(byte) == character.value else { return false }
    offset += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws {
    guard accept(character) else { throw fault("expected '\(character)'") }
  }

  /// Reads `true`, `false` or `null`.
  mutating func expectWord(_ word: String) throws {
    let start = offset
    for byte in word.utf8 {
      guard next() == byte else { throw fault("expected a value", at: start) }
    }
  }
}
