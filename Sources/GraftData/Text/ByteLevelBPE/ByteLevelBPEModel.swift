/// Byte pair encoding of the bytes of words (Sennrich et al., 2016; Radford et al., 2019).
struct ByteLevelBPEModel: TokenizerModel {
  /// Set from a tokenizer's files.
  struct Configuration: Sendable {
    /// Whether a space is put before each text that does not begin with one.
    var addsPrefixSpace = false
    /// Whether a word that is a token becomes that token, whatever the merges make of it.
    var prefersWholeWords = false
    /// How offsets leave out white space.
    var trimming: OffsetTrimming?
  }

  /// A merge as a file has it.
  struct Merge {
    var first: String
    var second: String
    var place: DataError.Place?
  }

  let configuration: Configuration
  private let merges: MergeTable

  /// The bytes that each id stands for.
  private let contents: ByteStringTable

  /// Whether the bytes of each token, taken as a word, become that token alone: most words do, and need no merging.
  private let isWholeWord: [Bool]

  /// The token for each byte.
  private let byteTokens: [Int32]

  var trimming: OffsetTrimming? { configuration.trimming }

  /// Throws if there is no token for a byte, or for a part or the result of a merge.
  ///
  /// - Parameter isModelToken: Whether words may become each of the tokens: not those that were added.
  init(
    _ vocabulary: Vocabulary, isModelToken: [Bool], merges list: [Merge], _ configuration: Configuration,
    file: String?, mergesFile: String?
  ) throws(DataError) {
    self.configuration = configuration
    var contents = ByteStringTable()
    for token in vocabulary.tokens { contents.append(ByteAlphabet.bytes(of: token) ?? Array(token.utf8)) }
    self.contents = contents
    byteTokens = try Self.byteTokens(in: vocabulary, file: file)
    merges = try Self.table(list, vocabulary, file: mergesFile)
    var merger = WordMerger()
    isWholeWord = (0..<vocabulary.count).map { [merges, byteTokens] id in
      let range = contents.range(of: id)
      guard isModelToken[id], !range.isEmpty,
        ByteAlphabet.bytes(of: vocabulary.token(of: Int32(id)) ?? "") != nil
      else { return false }
      if configuration.prefersWholeWords { return true }
      var isWhole = false
      merger.merge(contents.bytes[range].lazy.map { byteTokens[Int($0)] }, by: merges) { token, _ in
        isWhole = token == Int32(id)
      }
      return isWhole
    }
  }

  func normalized(_ text: AlignedText, _ range: Range<Int>) -> AlignedText { AlignedText(text, range) }

  func appendTokens(of text: AlignedText, in range: Range<Int>, to sequence: inout TokenSequence) {
    guard configuration.addsPrefixSpace && text.bytes[range.lowerBound] != 0x20 else {
      return appendWords(of: text, in: range, to: &sequence)
    }
    var prefixed = AlignedText(capacity: range.count + 1)
    prefixed.append(ascii: 0x20, origin: text.origins[range.lowerBound])
    prefixed.append(text, range)
    appendWords(of: prefixed, in: prefixed.bytes.indices, to: &sequence)
  }

  private func appendWords(of text: AlignedText, in range: Range<Int>, to sequence: inout TokenSequence) {
    var merger = WordMerger()
    for word in GPT2Words(text.bytes, in: range) {
      if let id = contents.index(of: text.bytes, in: word), isWholeWord[id] {
        append(Int32(id), of: text, word, to: &sequence)
      } else {
        merger.merge(text.bytes[word].lazy.map { byteTokens[Int($0)] }, by: merges) { token, places in
          append(
            token, of: text, word.lowerBound + places.lowerBound..<word.lowerBound + places.upperBound,
            to: &sequence)
        }
      }
      sequence.endWord()
    }
  }

  private func append(
    _ id: Int32, of text: AlignedText, _ range: Range<Int>, to sequence: inout TokenSequence
  ) {
    guard let trimming else { return sequence.append(id, text.origins, range) }
    var start = text.origins[range.lowerBound]
    var end = text.origins[range.upperBound - 1] + 1
    let bytes = text.bytes[range]
    trimming.trim(
      &start, &end, leading: bytes.prefix { $0 == 0x20 }.count,
      trailing: bytes.reversed().prefix { $0 == 0x20 }.count, isFirst: sequence.count == 0)
    sequence.append(id, from: start, to: end)
  }

  /// The bytes that ids stand for; ids that have no token are passed over.
  func bytes(of ids: [Int32]) -> [UInt8] {
    var bytes: [UInt8] = []
    for id in ids where (0..<contents.count).contains(Int(id)) {
      bytes += contents.bytes[contents.range(of: Int(id))]
    }
    return bytes
  }

  func decode(_ ids: [Int32]) -> String { String(decoding: bytes(of: ids), as: UTF8.self) }
}
