/// Finds added tokens in a text: from left to right, of those that begin at the same place the longest.
struct AddedTokenMatcher: Sendable {
  /// A part of a text.
  enum Part {
    case text(Range<Int>)
    case token(AddedToken, Range<Int>)
  }

  private var tokens: [AddedToken] = []
  private var trie = TokenTrie()
  /// Whether a token begins with a byte.
  private var begins = [Bool](repeating: false, count: 256)

  /// - Parameter contents: What each of `tokens` looks like in the text.
  init(_ tokens: [AddedToken], contents: [[UInt8]]) {
    for (token, content) in zip(tokens, contents) {
      guard let first = content.first else { continue }
      trie.insert(content, id: Int32(self.tokens.count))
      begins[Int(first)] = true
      self.tokens.append(token)
    }
  }

  /// Calls `body` with each part of some bytes that is not empty, in order.
  func split(_ bytes: [UInt8], _ range: Range<Int>, _ body: (Part) -> Void) {
    var done = range.lowerBound
    var position = done
    while !tokens.isEmpty && position < range.upperBound {
      guard begins[Int(bytes[position])],
        let match = trie.longestMatch(in: bytes, position..<range.upperBound)
      else {
        position += 1
        continue
      }
      let token = tokens[Int(match.id)]
      let found = position..<match.end
      position = match.end
      if token.isWholeWord && !Self.isWholeWord(found, in: bytes, range) { continue }
      let start =
        token.stripsLeft
        ? Self.skipSpaceBackward(from: found.lowerBound, to: done, in: bytes) : found.lowerBound
      let end =
        token.stripsRight
        ? Self.skipSpace(from: found.upperBound, to: range.upperBound, in: bytes) : found.upperBound
      if done < start { body(.text(done..<start)) }
      body(.token(token, start..<end))
      done = end
      position = max(position, end)
    }
    if done < range.upperBound { body(.text(done..<range.upperBound)) }
  }

  private static func skipSpace(from start: Int, to end: Int, in bytes: [UInt8]) -> Int {
    var position = start
    while position < end {
      let (scalar, length) = bytes.scalar(at: position)
      guard ScalarClass.of(scalar).contains(.whitespace) else { break }
      position += length
    }
    return position
  }

  private static func skipSpaceBackward(from end: Int, to start: Int, in bytes: [UInt8]) -> Int {
    var position = end
    while position > start {
      let (scalar, length) = bytes.scalar(before: position)
      guard ScalarClass.of(scalar).contains(.whitespace) else { break }
      position -= length
    }
    return position
  }

  /// Whether no word character stands right before or after some bytes of `range`.
  private static func isWholeWord(_ found: Range<Int>, in bytes: [UInt8], _ range: Range<Int>) -> Bool {
    if found.lowerBound > range.lowerBound && bytes.scalar(before: found.lowerBound).scalar.isWordCharacter {
      return false
    }
    return found.upperBound >= range.upperBound || !bytes.scalar(at: found.upperBound).scalar.isWordCharacter
  }
}

extension Unicode.Scalar {
  /// Whether this matches `\w` as Unicode's recommendation for regular expressions (UTS 18, annex C) has it.
  fileprivate var isWordCharacter: Bool {
    let properties = properties
    if properties.isAlphabetic || properties.isJoinControl { return true }
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: return true
    default: return false
    }
  }
}
