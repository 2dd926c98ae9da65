import Foundation
import Testing

@testable import GraftData

/// GPT-2's published vocabulary, which is not part of the package.
@Suite(.enabled(if: realData != nil, "the folder ../shared/data is missing"))
struct RealTokenizerTests {
  private func gpt2() throws -> any Tokenizer {
    try loadTokenizer(from: #require(realData).appending(path: "gpt2_tokenizer"))
  }

  @Test func gpt2GivesThePublishedIDs() throws {
    let tokenizer = try gpt2()
    #expect(tokenizer.vocabularySize == 50257 && tokenizer.specialTokens.endOfText == 50256)
    #expect(tokenizer.encode("Hello world").ids == [15496, 995])
    #expect(tokenizer.encode("a<|endoftext|>").ids == [64, 50256])
    #expect(tokenizer.vocabulary.token(of: 995) == "Ġworld" && tokenizer.vocabulary.id(of: "Ġworld") == 995)
  }

  @Test func textsComeBackUnchanged() throws {
    let tokenizer = try gpt2()
    let shakespeare = try String(
      contentsOf: #require(realData).appending(path: "tinyshakespeare/input.txt"), encoding: .utf8)
    let part = String(shakespeare.prefix(100_000))
    let encoding = tokenizer.encode(part)
    #expect(tokenizer.decode(encoding.ids) == part)
    // Offsets cover the text without gaps.
    #expect(
      encoding.offsets.first?.lowerBound == 0
        && encoding.offsets.last?.upperBound == part.unicodeScalars.count)
    #expect(zip(encoding.offsets, encoding.offsets.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
    // Every byte that UTF-8 has, in sequences of each length, and every code point below U+0800.
    let scalars =
      Array(UInt32(0)..<0x800) + [0x800, 0xFFF, 0xD7FF, 0xE000, 0xFFFD, 0xFFFF]
      + stride(from: 0x1000, to: 0xFFFF, by: 97) + stride(from: 0x10000, to: 0x110000, by: 3001) + [0x10FFFF]
    var text = String.UnicodeScalarView()
    for scalar in scalars.compactMap(Unicode.Scalar.init) { text.append(scalar) }
    #expect(tokenizer.decode(tokenizer.encode(String(text)).ids).utf8.elementsEqual(String(text).utf8))
  }

  @Test func partsOfCharactersKeepTheirBytes() throws {
    let tokenizer = try #require(gpt2() as? ByteLevelBPETokenizer)
    let ids = tokenizer.encode("👍🏽").ids
    #expect(ids.count > 1)
    #expect(ids.flatMap { tokenizer.bytes(of: [$0]) } == Array("👍🏽".utf8))
    #expect(tokenizer.decode([ids[0]]).unicodeScalars.contains("\u{FFFD}"))
  }
}
