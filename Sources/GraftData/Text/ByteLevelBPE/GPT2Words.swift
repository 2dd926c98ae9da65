/// Cuts a text into words as GPT-2 does: letters, numbers or other characters, each with the space before them; the usual
/// English contractions; white space.
///
/// This is what the regular expression `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
/// finds, without a regular expression.
struct GPT2Words: Sequence, IteratorProtocol {
  private enum Kind {
    case letter, number, space, other
  }

  private let bytes: [UInt8]
  private var position: Int
  private let end: Int

  /// - Parameters:
  ///   - bytes: Valid UTF-8.
  ///   - range: The part to cut up.
  init(_ bytes: [UInt8], in range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  mutating func next() -> Range<Int>? {
    guard position < end else { return nil }
    let start = position
    position = endOfWord(from: start)
    return start..<position
  }

  private func endOfWord(from start: Int) -> Int {
    if bytes[start] == UInt8(ascii: "'"), let end = endOfContraction(from: start) { return end }
    var (kind, next) = character(at: start)
    if kind == .space {
      let (last, after) = endOfSpace(from: start, next)
      // The last space belongs to the word that follows, if it is one that a word can begin with.
      if after == end { return after }
      if last > start { return last }
      if bytes[start] != 0x20 { return after }
      (kind, next) = character(at: after)
    }
    while next < end {
      let (following, after) = character(at: next)
      if following != kind { break }
      next = after
    }
    return next
  }

  /// The last character of white space that goes on at `next`, and where it ends.
  private func endOfSpace(from start: Int, _ next: Int) -> (last: Int, end: Int) {
    var (last, next) = (start, next)
    while next < end {
      let (kind, after) = character(at: next)
      if kind != .space { break }
      (last, next) = (next, after)
    }
    return (last, next)
  }

  private func endOfContraction(from start: Int) -> Int? {
    guard start + 1 < end else { return nil }
    switch bytes[start + 1] {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return start + 2
    case let first where start + 2 < end:
      switch (first, bytes[start + 2]) {
      case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
        (UInt8(ascii: "l"), UInt8(ascii: "l")):
        return start + 3
      default: return nil
      }
    default: return nil
    }
  }

  /// The kind of the character at a byte, and where it ends.
  @inline(__always)
  private func character(at index: Int) -> (kind: Kind, end: Int) {
    let byte = bytes[index]
    if byte < 0x80 {
      switch byte {
      case 0x61...0x7A, 0x41...0x5A: return (.letter, index + 1)
      case 0x20, 0x09...0x0D: return (.space, index + 1)
      case 0x30...0x39: return (.number, index + 1)
      default: return (.other, index + 1)
      }
    }
    let (scalar, length) = bytes.scalar(at: index)
    let found = ScalarClass.of(scalar)
    let kind: Kind =
      found.contains(.letter)
      ? .letter : found.contains(.whitespace) ? .space : found.contains(.number) ? .number : .other
    return (kind, index + length)
  }
}
