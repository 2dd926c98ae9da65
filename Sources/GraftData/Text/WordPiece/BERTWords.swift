/// The words of a normalised text, as BERT takes them: what white space separates, each punctuation character a word of its own.
struct BERTWords: Sequence, IteratorProtocol {
  /// A word.
  struct Word {
    /// The word's bytes.
    var range: Range<Int>
    /// The number of its code points.
    var length: Int
  }

  private let text: AlignedText
  private var position: Int
  private let end: Int

  init(_ text: AlignedText, in range: Range<Int>) {
    self.text = text
    position = range.lowerBound
    end = range.upperBound
  }

  mutating func next() -> Word? {
    var start = position
    var length = 0
    while position < end {
      let (scalar, bytes) = text.scalar(at: position)
      let kind = ScalarClass.of(scalar)
      if kind.isDisjoint(with: [.whitespace, .punctuation]) {
        position += bytes
        length += 1
      } else if length > 0 {
        break
      } else {
        position += bytes
        if kind.contains(.punctuation) { return Word(range: start..<position, length: 1) }
        start = position
      }
    }
    return length > 0 ? Word(range: start..<position, length: length) : nil
  }
}
