import Foundation

extension SafetensorsFile {
  /// Writes tensors to a file, which appears complete or not at all.
  ///
  /// The same tensors and metadata always give the same bytes, those that the format's reference implementation would
  /// write: tensors are sorted by element type, widest first, then by name.
  ///
  /// Throws ``TensorFileError`` if two tensors have the same name, one is called `__metadata__`, or the system refuses.
  /// - Parameters:
  ///   - tensors: the tensors and their names.
  ///   - metadata: what the file shall say about itself. Default: nothing.
  ///   - url: where the file shall be; one that is there is replaced.
  public static func write(
    _ tensors: [(name: String, tensor: AnyTensor)], metadata: [String: String] = [:], to url: URL
  ) throws {
    var names: Set<String> = []
    for (name, _) in tensors {
      guard name != "__metadata__" else { throw TensorFileError(file: url.path, .reservedName(name)) }
      guard names.insert(name).inserted else { throw TensorFileError(file: url.path, .duplicateName(name)) }
    }
    let ranks = Dictionary(
      uniqueKeysWithValues: ElementType.safetensorsNames.enumerated().map { ($1.type, $0) })
    let ordered = tensors.map { (rank: ranks[$0.tensor.elementType] ?? ranks.count, entry: $0) }
      // Strings compare by Unicode's canonical order; bytes are what other implementations compare.
      .sorted {
        $0.rank != $1.rank
          ? $0.rank < $1.rank : $0.entry.name.utf8.lexicographicallyPrecedes($1.entry.name.utf8)
      }
      .map(\.entry)

    let header = header(of: ordered, metadata: metadata)
    try AtomicFile.create(at: url) { file in
      try withUnsafeBytes(of: UInt64(header.count).littleEndian) { try file.append($0) }
      try header.withUnsafeBytes { try file.append($0) }
      for (_, tensor) in ordered { try tensor.withContiguousBytes { try file.append($0) } }
    }
  }

  /// The header's JSON, padded with spaces so that the data begin at a multiple of 8.
  private static func header(
    of tensors: [(name: String, tensor: AnyTensor)], metadata: [String: String]
  ) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
      members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var begin = 0
    for (name, tensor) in tensors {
      let type = ElementType.safetensorsNames.first { $0.type == tensor.elementType }?.name ?? ""
      let end = begin + tensor.shape.elementCount * tensor.elementType.byteCount
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(quoted(name)):{\"dtype\":\"\(type)\",\"shape\":[\(shape)],\"data_offsets\":[\(begin),\(end)]}")
      begin = end
    }
    var bytes = Array("{\(members.joined(separator: ","))}".utf8)
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - bytes.count % 8) % 8))
    return bytes
  }

  /// A string as JSON has it.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{8}": result += "\\b"
      case "\u{C}": result += "\\f"
      case "\0"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
