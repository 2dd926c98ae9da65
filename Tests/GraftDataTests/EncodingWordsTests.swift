import GraftData
import Testing

@Suite struct EncodingWordsTests {
  /// Cuts "unhappy" into three pieces.
  private func tokenizer() throws -> WordPieceTokenizer {
    try WordPieceTokenizer(
      tokens: ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "un", "##hap", "##py", "man"])
  }

  @Test func theFirstTokenSpeaksForItsWord() throws {
    let encoding = try tokenizer().encode(words: ["a", "unhappy", "man"])
    #expect(encoding.tokens == ["[CLS]", "a", "un", "##hap", "##py", "man", "[SEP]"])
    #expect(encoding.firstTokens(ofWords: 3) == [1, 2, 5])
    #expect(encoding.tokenLabels([7, 8, 9]) == [-100, 7, 8, -100, -100, 9, -100])
    #expect(encoding.tokenLabels([7, 8, 9], ignored: 0) == [0, 7, 8, 0, 0, 9, 0])
  }

  @Test func wordsWithoutTokensHaveNone() throws {
    let tokenizer = try tokenizer()
    let emptied = tokenizer.encode(words: ["a", "\u{1}", "man"])
    #expect(emptied.firstTokens(ofWords: 3) == [1, nil, 2])
    #expect(emptied.tokenLabels([7, 8, 9]) == [-100, 7, 9, -100])
    let cut = tokenizer.encode(words: ["a", "unhappy", "man"], truncation: .toLength(5))
    #expect(cut.firstTokens(ofWords: 3) == [1, 2, nil])
    #expect(cut.tokenLabels([7, 8, 9]) == [-100, 7, 8, -100, -100])
  }
}
