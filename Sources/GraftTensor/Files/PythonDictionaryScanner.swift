/// Reads the dictionary in an NPY file's header: exactly the keys `descr`, `fortran_order` and `shape`, in any order.
struct PythonDictionaryScanner {
  /// What the dictionary says.
  struct Fields {
    var descr: String
    var isFortranOrder: Bool
    var shape: [Int]
  }

  private let bytes: UnsafeRawBufferPointer
  private let fileOffset: Int
  private var offset = 0

  /// A scanner of the text that begins `fileOffset` bytes into the file.
  init(_ bytes: UnsafeRawBufferPointer, fileOffset: Int) {
    self.bytes = bytes
    self.fileOffset = fileOffset
  }

  /// Reads the dictionary, which may be followed by white space only.
  mutating func readFields() throws(TensorFileError.Problem) -> Fields {
    var descr: String?
    var isFortranOrder: Bool?
    var shape: [Int]?
    try expect("{")
    while !accept("}") {
      let key = try readString()
      try expect(":")
      switch key {
      case "descr" where descr == nil: descr = try readString()
      case "fortran_order" where isFortranOrder == nil: isFortranOrder = try readTruth()
      case "shape" where shape == nil: shape = try readTuple()
      default: throw fault("unexpected key '\(key)'")
      }
      if !accept(",") {
        try expect("}")
        break
      }
    }
    skipSpace()
    guard offset == bytes.count else { throw fault("more than one dictionary") }
    guard let descr, let isFortranOrder, let shape else {
      throw fault("expected descr, fortran_order and shape")
    }
    return Fields(descr: descr, isFortranOrder: isFortranOrder, shape: shape)
  }

  private mutating func readString() throws(TensorFileError.Problem) -> String {
    skipSpace()
    guard let quote = peek(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      throw fault("expected a string (structured arrays are not supported)")
    }
    offset += 1
    var text: [UInt8] = []
    while let byte = peek(), byte != quote {
      guard byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\\") else {
        throw fault("an unexpected character in a string")
      }
      text.append(byte)
      offset += 1
    }
    guard peek() == quote else { throw fault("a string without end") }
    offset += 1
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func readTruth() throws(TensorFileError.Problem) -> Bool {
    skipSpace()
    for (word, value) in [("True", true), ("False", false)]
    where bytes.dropFirst(offset).starts(with: word.utf8) {
      offset += word.utf8.count
      return value
    }
    throw fault("expected True or False")
  }

  private mutating func readTuple() throws(TensorFileError.Problem) -> [Int] {
    var numbers: [Int] = []
    try expect("(")
    while !accept(")") {
      numbers.append(try readNumber())
      if !accept(",") {
        try expect(")")
        break
      }
    }
    return numbers
  }

  private mutating func readNumber() throws(TensorFileError.Problem) -> Int {
    skipSpace()
    let digits = bytes.dropFirst(offset).prefix { (0x30...0x39).contains($0) }
    guard let number = Int(String(decoding: digits, as: UTF8.self)) else {
      throw fault("expected a whole number that fits 64 bits")
    }
    offset += digits.count
    return number
  }

  private func fault(_ problem: String) -> TensorFileError.Problem {
    .malformedHeader(offset: fileOffset + offset, problem)
  }

  private func peek() -> UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func skipSpace() {
    while let byte = peek(), byte == 0x20 || byte == 0x0A { offset += 1 }
  }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard let byte = peek(), UInt32(byte) == character.value else { return false }
    offset += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(TensorFileError.Problem) {
    guard accept(character) else { throw fault("expected '\(character)'") }
  }
}
