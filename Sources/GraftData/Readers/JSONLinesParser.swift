import GraftTensor

/// Reads a JSON object from each line; empty lines and a byte-order mark are skipped.
struct JSONLinesParser: Sendable {
  /// An object and the line it stands on.
  struct Object: Sendable {
    var members: [(name: String, value: JSONValue)]
    var line: Int
  }

  private var source: ByteSource
  private let maximumBytes: Int
  private var line = 0
  private var content: [UInt8] = []

  private static let lineFeed = UInt8(ascii: "\n")
  private static let lineEnd = ByteSet([lineFeed])
  private static let space: Set<UInt8> = [0x20, 0x09, 0x0D]

  /// Parses a source; no line may have more than `maximumBytes`.
  init(_ source: ByteSource, maximumBytes: Int) {
    self.source = source
    self.maximumBytes = maximumBytes
    self.source.skipByteOrderMark()
  }

  /// What messages call the text.
  var name: String { source.name }

  /// The next object; `nil` at the end.
  mutating func next() throws(DataError) -> Object? {
    while try source.peek() != nil {
      line += 1
      content.removeAll(keepingCapacity: true)
      try source.take(until: JSONLinesParser.lineEnd, into: &content, atMost: maximumBytes)
      guard content.count <= maximumBytes else {
        throw DataError(
          .tooLarge, file: name, at: .line(line), "a line has more than \(maximumBytes) bytes",
          advice: "Check that there is one object a line, or raise maximumRowBytes if that is intended")
      }
      _ = try source.skip(JSONLinesParser.lineFeed)
      if content.allSatisfy(JSONLinesParser.space.contains) { continue }
      return Object(members: try members(), line: line)
    }
    return nil
  }

  private func members() throws(DataError) -> [(name: String, value: JSONValue)] {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: content, maximumValues: JSONLinesParser.maximumValues)
    } catch {
      throw malformed("\(error.problem) at byte \(error.offset) of the line", line: line)
    }
    guard case .object(let members) = value else { throw malformed("the line is not an object", line: line) }
    var seen: Set<String> = []
    if let repeated = members.first(where: { !seen.insert($0.name).inserted }) {
      throw malformed("the key \"\(repeated.name)\" occurs twice", line: line)
    }
    return members
  }

  /// A value as a field of a table.
  func text(of value: JSONValue, named name: String, line: Int) throws(DataError) -> String {
    switch value {
    case .null: return ""
    case .bool(let bool): return bool ? "true" : "false"
    case .integer(let integer): return String(integer)
    case .real(let real): return String(real)
    case .string(let string): return string
    case .array, .object:
      throw DataError(
        .unsupported, file: self.name, at: .line(line),
        "\"\(name)\" is \(isArray(value) ? "an array" : "an object"), no field of a table",
        advice: "Leave the key out with columns:, or write its parts as keys of their own")
    }
  }

  private func isArray(_ value: JSONValue) -> Bool {
    if case .array = value { true } else { false }
  }

  private func malformed(_ problem: String, line: Int) -> DataError {
    DataError(
      .malformed, file: name, at: .line(line), problem,
      advice: "Write one JSON object a line, with each key once")
  }

  /// Values in one line: a hundred thousand columns is more than any table has.
  private static let maximumValues = 100_000
}
