/// A value of a JSON text.
///
/// Members keep their order and repetitions, and their names are not compared as Swift compares strings: to `Dictionary` the two
/// ways to write "é" are one key, to a vocabulary they are two tokens.
package enum JSONValue: Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  case real(Double)
  case string(String)
  case array([JSONValue])
  case object([(name: String, value: JSONValue)])

  /// Reads a text (RFC 8259) that may come from anywhere.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8.
  ///   - limit: The number of values, nested ones included, that are accepted at most, so that memory is bounded: the shortest
  ///     value takes a byte of the text and forty of memory.
  package init(parsing bytes: [UInt8], maximumValues limit: Int = 4_000_000) throws(JSONScanner.Fault) {
    do {
      self = try bytes.withUnsafeBytes { bytes in
        var scanner = JSONScanner(bytes)
        var remaining = limit
        let value = try scanner.readValue(atMost: &remaining)
        try scanner.expectEnd()
        return value
      }
    } catch let fault as JSONScanner.Fault {
      throw fault
    } catch {
      throw JSONScanner.Fault(offset: 0, problem: "\(error)")
    }
  }
}

extension JSONScanner {
  /// Reads any value; `remaining` is how many more are accepted.
  fileprivate mutating func readValue(atMost remaining: inout Int, depth: Int = 0) throws -> JSONValue {
    guard depth < Self.maximumDepth else { throw fault("values nested too deeply") }
    guard remaining > 0 else { throw fault("more values than are accepted") }
    remaining -= 1
    skipSpace()
    switch peek() {
    case 0x7B:
      var members: [(name: String, value: JSONValue)] = []
      try readObject { scanner, name in
        members.append((name, try scanner.readValue(atMost: &remaining, depth: depth + 1)))
      }
      return .object(members)
    case 0x5B:
      var elements: [JSONValue] = []
      try readArray { scanner in
        elements.append(try scanner.readValue(atMost: &remaining, depth: depth + 1))
      }
      return .array(elements)
    case 0x22:
      return .string(try readString())
    case 0x74:
      try expectWord("true")
      return .bool(true)
    case 0x66:
      try expectWord("false")
      return .bool(false)
    case 0x6E:
      try expectWord("null")
      return .null
    default:
      return try readNumber()
    }
  }

  private mutating func readNumber() throws -> JSONValue {
    let start = offset
    try skipNumber()
    let text = text(from: start)
    if let integer = Int(text) { return .integer(integer) }
    guard let real = Double(text), real.isFinite else { throw fault("a number too large", at: start) }
    return .real(real)
  }
}
