import GraftTensor

/// Reads `vocab.json` and `merges.txt`.
enum BPEVocabularyFile {
  /// A JSON object of tokens and ids.
  static func vocabulary(_ bytes: [UInt8], name: String) throws(DataError) -> Vocabulary {
    let reader = try JSONReader(bytes, file: name)
    return try Vocabulary(reader.vocabularyEntries(), file: name)
  }

  /// Two tokens in each line.
  static func merges(_ bytes: [UInt8], name: String) throws(DataError) -> [ByteLevelBPEModel.Merge] {
    var merges: [ByteLevelBPEModel.Merge] = []
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      if line.isEmpty || (index == 0 && line.starts(with: "#version".utf8)) { continue }
      let text = String(decoding: line, as: UTF8.self)
      guard text.utf8.elementsEqual(line), let merge = merge(text, at: .line(index + 1)) else {
        throw DataError(
          .malformed, file: name, at: .line(index + 1),
          "the line is not two tokens with a space between them",
          advice: "Check that this is the list of merges of a byte pair encoding")
      }
      merges.append(merge)
    }
    return merges
  }

  /// Two tokens with a space between them, `nil` if it is not that.
  static func merge(_ text: String, at place: DataError.Place?) -> ByteLevelBPEModel.Merge? {
    let tokens = text.utf8.split(separator: 0x20, omittingEmptySubsequences: false)
    guard tokens.count == 2, !tokens[0].isEmpty, !tokens[1].isEmpty else { return nil }
    return ByteLevelBPEModel.Merge(
      first: String(Substring(tokens[0])), second: String(Substring(tokens[1])), place: place)
  }
}
