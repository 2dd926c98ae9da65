/// WordPiece: a word is cut, from its beginning, into the longest tokens there are (Wu et al., 2016, section 4.1).
struct WordPieceModel: TokenizerModel {
  /// Set from a tokenizer's files.
  struct Configuration: Sendable {
    var normalizer: BERTNormalizer
    var unknownToken = "[UNK]"
    var continuation = "##"
    var maximumWordLength = 100
    /// Whether decoding removes the spaces before punctuation and contractions.
    var cleansUpText = true
  }

  let configuration: Configuration
  let vocabulary: Vocabulary
  private let unknown: Int32
  private let trie: TokenTrie
  private let continued: Int32

  /// Throws if the vocabulary lacks the unknown token.
  ///
  /// - Parameter isModelToken: Whether words may be cut into each of the tokens: not into those that were added.
  init(
    _ vocabulary: Vocabulary, isModelToken: [Bool], _ configuration: Configuration, file: String?
  ) throws(DataError) {
    guard let unknown = vocabulary.id(of: configuration.unknownToken) else {
      throw DataError(
        .malformed, file: file,
        "the vocabulary has no token \"\(configuration.unknownToken)\", which stands for what it cannot write",
        advice: "Check that this is the vocabulary of a WordPiece tokenizer, and that it is complete")
    }
    self.configuration = configuration
    self.vocabulary = vocabulary
    self.unknown = unknown
    var trie = TokenTrie()
    let table = vocabulary.table
    for id in 0..<table.count where isModelToken[id] {
      trie.insert(table.bytes[table.range(of: id)], id: Int32(id))
    }
    continued = trie.node(at: configuration.continuation.utf8)
    self.trie = trie
  }

  func normalized(_ text: AlignedText, _ range: Range<Int>) -> AlignedText {
    configuration.normalizer.normalized(text, range)
  }

  func appendTokens(of text: AlignedText, in range: Range<Int>, to sequence: inout TokenSequence) {
    for word in BERTWords(text, in: range) {
      let isCut = word.length <= configuration.maximumWordLength && cut(word.range, of: text, &sequence)
      if !isCut { sequence.append(unknown, text.origins, word.range) }
      sequence.endWord()
    }
  }

  /// Appends a word's tokens, or nothing if there are none for a part of it.
  private func cut(_ word: Range<Int>, of text: AlignedText, _ sequence: inout TokenSequence) -> Bool {
    let before = sequence.count
    var start = word.lowerBound
    while start < word.upperBound {
      let node = start == word.lowerBound ? TokenTrie.root : continued
      guard let match = trie.longestMatch(in: text.bytes, start..<word.upperBound, from: node) else {
        sequence.truncate(to: before)
        return false
      }
      sequence.append(match.id, text.origins, start..<match.end)
      start = match.end
    }
    return true
  }
}
