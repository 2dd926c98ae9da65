/// Reads the JSON of a safetensors header: its form, not yet what it means.
struct SafetensorsHeaderReader {
  /// A tensor as the header describes it.
  struct RawEntry {
    var name: String
    var dtype: String
    var shape: [Int]
    var begin: Int
    var end: Int
  }

  private(set) var entries: [RawEntry] = []
  private(set) var metadata: [String: String] = [:]

  /// Reads the header's text, which begins 8 bytes into the file.
  mutating func read(_ text: UnsafeRawBufferPointer) throws(TensorFileError.Problem) {
    do {
      try readObject(text)
    } catch let fault as JSONScanner.Fault {
      throw .malformedHeader(offset: 8 + fault.offset, fault.problem)
    } catch let problem as TensorFileError.Problem {
      throw problem
    } catch {
      throw .malformedHeader(offset: 8, "\(error)")
    }
  }

  private mutating func readObject(_ text: UnsafeRawBufferPointer) throws {
    var scanner = JSONScanner(text)
    guard text.first == UInt8(ascii: "{") else { throw scanner.fault("expected '{'") }
    var names: Set<String> = []
    try scanner.readObject { scanner, name in
      guard names.insert(name).inserted else { throw TensorFileError.Problem.duplicateName(name) }
      if name == "__metadata__" {
        try readMetadata(&scanner)
      } else {
        try readEntry(name, &scanner)
      }
    }
    try scanner.expectEnd()
  }

  private mutating func readMetadata(_ scanner: inout JSONScanner) throws {
    try scanner.readObject { scanner, key in
      let value = try scanner.readString()
      guard metadata.updateValue(value, forKey: key) == nil else {
        throw TensorFileError.Problem.duplicateName(key)
      }
    }
  }

  /// Reads one tensor's entry. Keys that the format does not know are passed over, as the reference implementation does.
  private mutating func readEntry(_ name: String, _ scanner: inout JSONScanner) throws {
    let start = scanner.offset
    var dtype: String?
    var shape: [Int]?
    var offsets: [Int]?
    var keys: Set<String> = []
    try scanner.readObject { scanner, key in
      guard keys.insert(key).inserted else {
        throw scanner.fault("tensor \"\(name)\" says \"\(key)\" twice")
      }
      switch key {
      case "dtype": dtype = try scanner.readString()
      case "shape": shape = try Self.readNumbers(&scanner)
      case "data_offsets": offsets = try Self.readNumbers(&scanner)
      default: try scanner.skipValue()
      }
    }
    guard let dtype, let shape, let offsets, offsets.count == 2 else {
      throw scanner.fault("tensor \"\(name)\" needs dtype, shape and two data_offsets", at: start)
    }
    entries.append(
      RawEntry(name: name, dtype: dtype, shape: shape, begin: offsets[0], end: offsets[1]))
  }

  private static func readNumbers(_ scanner: inout JSONScanner) throws -> [Int] {
    var numbers: [Int] = []
    try scanner.readArray { try numbers.append($0.readNaturalNumber()) }
    return numbers
  }
}
