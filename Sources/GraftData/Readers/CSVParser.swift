/// Splits text into records and fields as RFC 4180 describes: fields may stand in quotes, in which delimiters and line
/// ends are part of the field and a doubled quote stands for one.
///
/// Lines end with CR LF, LF or CR. A byte-order mark and empty lines are skipped. Only the record in work is held in memory.
struct CSVParser: Sendable {
  private var source: ByteSource
  private let delimiter: UInt8
  private let quote: UInt8?
  private let maximumBytes: Int
  private var line = 1

  /// The bytes of the record in work, and where each of its fields ends in them.
  private var content: [UInt8] = []
  private var ends: [Int] = []

  private let plainEnds: ByteSet
  private let quotedEnds: ByteSet

  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  /// Parses a source; no record may have more than `maximumBytes`.
  init(_ source: ByteSource, delimiter: UInt8, quote: UInt8?, maximumBytes: Int) {
    self.source = source
    self.delimiter = delimiter
    self.quote = quote
    self.maximumBytes = maximumBytes
    let quotes = quote.map { [$0] } ?? []
    let lineEnds = [CSVParser.lineFeed, CSVParser.carriageReturn]
    plainEnds = ByteSet([delimiter] + lineEnds + quotes)
    quotedEnds = ByteSet(lineEnds + quotes)
    self.source.skipByteOrderMark()
  }

  /// The fields of the next record and the line it begins on; `nil` at the end.
  mutating func next() throws(DataError) -> TableRow? {
    while try skipLineEnd() {}
    guard try source.peek() != nil else { return nil }
    let start = line
    content.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    repeat { try readField() } while try source.skip(delimiter)
    _ = try skipLineEnd()
    return TableRow(fields: try fields(ofLine: start), line: start)
  }

  /// Reads up to a delimiter, a line end or the end of the text.
  private mutating func readField() throws(DataError) {
    let start = line
    if let quote, try source.skip(quote) {
      try readQuoted(quote)
      if let next = try source.peek(), next != delimiter, !CSVParser.isLineEnd(next) {
        throw malformed("something follows the closing quote of a field")
      }
    } else {
      try take(until: plainEnds)
      if quote != nil, try source.peek() == quote {
        throw malformed("a quote stands inside a field without quotes")
      }
    }
    ends.append(content.count)
    // A delimiter counts as a byte too: a line of nothing else may not grow without bound.
    guard content.count + ends.count <= maximumBytes else { throw tooLarge(line: start) }
  }

  /// Reads what follows an opening quote, with the closing one.
  private mutating func readQuoted(_ quote: UInt8) throws(DataError) {
    let opening = line
    while true {
      try take(until: quotedEnds)
      guard let byte = try source.peek() else {
        line = opening
        throw malformed("a quote is opened and never closed")
      }
      source.advance()
      if byte == quote {
        guard try source.skip(quote) else { return }
      } else if byte == CSVParser.lineFeed {
        line += 1
      } else if try source.peek() != CSVParser.lineFeed {
        line += 1
      }
      content.append(byte)
    }
  }

  private mutating func take(until stops: ByteSet) throws(DataError) {
    try source.take(until: stops, into: &content, atMost: maximumBytes)
    guard content.count <= maximumBytes else { throw tooLarge(line: line) }
  }

  private func fields(ofLine line: Int) throws(DataError) -> [String] {
    var fields: [String] = []
    fields.reserveCapacity(ends.count)
    var start = 0
    for end in ends {
      guard let field = TextFile.text(content[start..<end]) else {
        throw TextFile.notUTF8(name: source.name, line: line)
      }
      fields.append(field)
      start = end
    }
    return fields
  }

  private static func isLineEnd(_ byte: UInt8) -> Bool { byte == lineFeed || byte == carriageReturn }

  /// Steps over one line end, if there is one here.
  private mutating func skipLineEnd() throws(DataError) -> Bool {
    if try source.skip(CSVParser.carriageReturn) {
      _ = try source.skip(CSVParser.lineFeed)
    } else if try !source.skip(CSVParser.lineFeed) {
      return false
    }
    line += 1
    return true
  }

  private func malformed(_ problem: String) -> DataError {
    DataError(
      .malformed, file: source.name, at: .line(line), problem,
      advice:
        "Put fields with quotes in quotes and double those inside, or say with quote: nil that quotes have no meaning"
    )
  }

  private func tooLarge(line: Int) -> DataError {
    DataError(
      .tooLarge, file: source.name, at: .line(line), "a row has more than \(maximumBytes) bytes",
      advice: "Check the delimiter and the quotes, or raise maximumRowBytes if that is intended")
  }
}
