/// Splits text into records and fields as RFC 4180 describes: fields may stand in quotes, in which delimiters and line
/// ends are part of the field and a doubled quote stands for one.
///
/// Lines end with CR LF, LF or CR. A byte-order mark and empty lines are skipped.
struct CSVParser {
  private let bytes: [UInt8]
  private let delimiter: UInt8
  private let quote: UInt8?
  private let name: String
  private var position: Int
  private var line = 1

  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  /// Throws if the bytes are not UTF-8.
  init(_ bytes: [UInt8], delimiter: UInt8, quote: UInt8?, name: String) throws(DataError) {
    self.bytes = bytes
    self.delimiter = delimiter
    self.quote = quote
    self.name = name
    position = bytes.starts(with: TextFile.byteOrderMark) ? TextFile.byteOrderMark.count : 0
    try TextFile.requireUTF8(bytes, name: name)
  }

  /// The fields of the next record and the line it begins on; `nil` at the end.
  mutating func next() throws(DataError) -> (line: Int, fields: [String])? {
    while skipLineEnd() {}
    guard position < bytes.count else { return nil }
    let start = line
    var fields = [try field()]
    while position < bytes.count && bytes[position] == delimiter {
      position += 1
      fields.append(try field())
    }
    _ = skipLineEnd()
    return (start, fields)
  }

  /// Reads up to a delimiter, a line end or the end of the text.
  private mutating func field() throws(DataError) -> String {
    guard position < bytes.count, bytes[position] == quote else { return try plainField() }
    let content = try quotedField()
    guard isAtFieldEnd else {
      throw malformed("something follows the closing quote of a field")
    }
    return content
  }

  private mutating func plainField() throws(DataError) -> String {
    let start = position
    while !isAtFieldEnd {
      if bytes[position] == quote { throw malformed("a quote stands inside a field without quotes") }
      position += 1
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func quotedField() throws(DataError) -> String {
    let opening = line
    var content: [UInt8] = []
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      if byte == quote {
        position += 1
        guard position < bytes.count, bytes[position] == quote else {
          return String(decoding: content, as: UTF8.self)
        }
      } else if byte == CSVParser.lineFeed
        || (byte == CSVParser.carriageReturn && bytes.dropFirst(position + 1).first != CSVParser.lineFeed)
      {
        line += 1
      }
      content.append(byte)
      position += 1
    }
    line = opening
    throw malformed("a quote is opened and never closed")
  }

  private var isAtFieldEnd: Bool {
    guard position < bytes.count else { return true }
    let byte = bytes[position]
    return byte == delimiter || byte == CSVParser.lineFeed || byte == CSVParser.carriageReturn
  }

  /// Steps over one line end, if there is one here.
  private mutating func skipLineEnd() -> Bool {
    guard position < bytes.count else { return false }
    switch bytes[position] {
    case CSVParser.lineFeed:
      position += 1
    case CSVParser.carriageReturn:
      position += 1
      if position < bytes.count && bytes[position] == CSVParser.lineFeed { position += 1 }
    default:
      return false
    }
    line += 1
    return true
  }

  private func malformed(_ problem: String) -> DataError {
    DataError(
      .malformed, file: name, at: .line(line), problem,
      advice: "Put fields with quotes in quotes and double those inside, or read the file with quote: nil")
  }
}
