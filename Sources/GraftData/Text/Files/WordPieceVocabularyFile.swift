/// Reads `vocab.txt`.
enum WordPieceVocabularyFile {
  /// A token in each line, white space at its end left out.
  static func entries(_ bytes: [UInt8], name: String) throws(DataError) -> [Vocabulary.Entry] {
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    var entries: [Vocabulary.Entry] = []
    entries.reserveCapacity(lines.count)
    for (index, line) in lines.enumerated() {
      let place = DataError.Place.line(index + 1)
      // Decoding puts U+FFFD where bytes are not UTF-8, so valid text alone comes through unchanged.
      let text = String(decoding: line, as: UTF8.self)
      guard text.utf8.elementsEqual(line) else {
        throw DataError(
          .malformed, file: name, at: place, "the text is not UTF-8", advice: "Convert the file to UTF-8")
      }
      var scalars = text.unicodeScalars[...]
      while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
      entries.append(Vocabulary.Entry(token: String(scalars), id: index, place: place))
    }
    return entries
  }
}
