/// The tokens of one text, before special tokens are put round them.
struct TokenSequence: Sendable {
  private(set) var ids: [Int32] = []

  /// The first code point of each token and the one after its last.
  private(set) var starts: [Int32] = []
  private(set) var ends: [Int32] = []

  /// The word that each token is part of.
  private(set) var words: [Int32] = []

  /// The number of the word that is being appended.
  private var word: Int32 = 0

  /// Whether words are numbered as they are found; otherwise the caller numbers them.
  private let findsWords: Bool

  init(findsWords: Bool) {
    self.findsWords = findsWords
  }

  var count: Int { ids.count }

  mutating func reserveCapacity(_ capacity: Int) {
    ids.reserveCapacity(capacity)
    starts.reserveCapacity(capacity)
    ends.reserveCapacity(capacity)
    words.reserveCapacity(capacity)
  }

  /// Appends a token that covers some bytes, at least one.
  @inline(__always)
  mutating func append(_ id: Int32, _ origins: [Int32], _ range: Range<Int>) {
    append(id, from: origins[range.lowerBound], to: origins[range.upperBound - 1] + 1)
  }

  @inline(__always)
  mutating func append(_ id: Int32, from start: Int32, to end: Int32) {
    ids.append(id)
    starts.append(start)
    ends.append(end)
    words.append(word)
  }

  /// Called at the end of a word that was found in the text.
  @inline(__always)
  mutating func endWord() {
    if findsWords { word += 1 }
  }

  /// What is appended from now on belongs to this word of those that the caller gave.
  mutating func beginWord(_ number: Int) {
    word = Int32(number)
  }

  /// Forgets all tokens but the first ones.
  mutating func truncate(to length: Int) {
    guard length < count else { return }
    ids.removeLast(count - length)
    starts.removeLast(starts.count - length)
    ends.removeLast(ends.count - length)
    words.removeLast(words.count - length)
  }
}
