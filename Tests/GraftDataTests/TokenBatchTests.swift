import GraftTensor
import Testing

@testable import GraftData

/// Batches, and places in the text.
struct TokenBatchTests {
  private let tokenizer: any Tokenizer

  init() throws { tokenizer = try TokenizerFixture.tokenizer("uncased") }

  @Test func fillsUpAndMasks() throws {
    let batch = tokenizer.encodeBatch(["a b c", "", "a"])
    let lengths = batch.encodings.map(\.count)
    #expect(lengths == [5, 2, 3])
    #expect(batch.ids.shape == [3, 5] && batch.typeIDs.shape == [3, 5] && batch.mask.shape == [3, 5])
    for (row, encoding) in batch.encodings.enumerated() {
      let places = row * 5..<row * 5 + 5
      #expect(
        Array(batch.ids.scalars[places]) == encoding.ids + Array(repeating: 0, count: 5 - encoding.count))
      #expect(Array(batch.mask.scalars[places]) == (0..<5).map { $0 < encoding.count })
    }
    #expect(tokenizer.specialTokens.padding == 0)
  }

  @Test func lengthIsAsAsked() throws {
    #expect(tokenizer.encodeBatch(["a b c", "a"], padding: .toLength(8)).ids.shape == [2, 8])
    // Nothing is cut off that was not to be cut off.
    #expect(tokenizer.encodeBatch(["a b c", "a"], padding: .toLength(4)).ids.shape == [2, 5])
    let cut = tokenizer.encodeBatch(["a b c", "a"], padding: .toLength(4), truncation: .toLength(4))
    #expect(cut.ids.shape == [2, 4] && cut.encodings[0].tokens == ["[CLS]", "a", "b", "[SEP]"])
    #expect(tokenizer.encodeBatch([]).ids.shape == [0, 0])
  }

  @Test func pairsAndWords() throws {
    let pairs = tokenizer.encodeBatch(pairs: [("a", "b c"), ("a", "")])
    #expect(pairs.typeIDs.scalars == [0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 0, 0])
    let words = tokenizer.encodeBatch(words: [["a", "bc"], ["a"]])
    #expect(words.encodings[0].wordIndices.first == .some(nil) && words.encodings[0].wordIndices[1] == 0)
    #expect(words.ids.shape[0] == 2)
  }

  @Test func offsetsAreCodePointsOfTheText() throws {
    // The family is one Character of five code points, the é of "Élève" one, the last é two.
    let text = "👩‍👩‍👦 Élève é\u{301}t, 한"
    let encoding = tokenizer.encode(text)
    let ranges = encoding.ranges(in: text)
    #expect(ranges.first == .some(nil) && ranges.last == .some(nil))
    for (token, range) in zip(encoding.tokens, ranges) where token != "[UNK]" {
      guard let range else { continue }
      let bare = token.replacing("##", with: "")
      let plain = text[range].decomposedStringWithCanonicalMapping.lowercased().unicodeScalars
      #expect(plain.starts(with: bare.unicodeScalars.prefix(1)) || text[range] == "한", "\(token)")
    }
    let second = tokenizer.encode("a", text).ranges(in: text, sequence: 1)
    #expect(second[1] == nil && second.compactMap { $0 } == ranges.compactMap { $0 })
  }

  @Test func specialTokensAreMarked() throws {
    let encoding = tokenizer.encode("a [MASK]", "b")
    #expect(encoding.specialTokenMask == [true, false, false, true, false, true])
    #expect(encoding.sequences == [1..<3, 4..<5] && encoding.tokens[2] == "[MASK]")
    let bare = tokenizer.encode("a [MASK]", "b", addingSpecialTokens: false)
    #expect(bare.specialTokenMask == [false, false, false])
    #expect(tokenizer.decode(encoding.ids) == "a b")
    #expect(tokenizer.decode(encoding.ids, skippingSpecialTokens: false) == "[CLS] a [MASK] [SEP] b [SEP]")
    #expect(tokenizer.decode([99999, -1]) == "")
  }

  @Test func tooLittleRoomTraps() async {
    await #expect(processExitsWith: .failure) {
      _ = try TokenizerFixture.tokenizer("uncased").encode("a", "b", truncation: .toLength(2))
    }
  }
}
