import Foundation
import Testing

@testable import GraftData

private let corpusFile = ProcessInfo.processInfo.environment["GRAFT_TOKENIZER_CORPUS"]

/// A tokenizer against what the Python package made of a large corpus just now.
@Suite(.enabled(if: corpusFile != nil, "Tests/Parity/compare_tokenizers.py makes the corpus and runs this"))
struct TokenizerCorpusTests {
  struct Corpus: Decodable {
    var folder: String
    var items: [Item]
    var expected: [TokenizerFixture.Result]
  }

  /// One text, two, or words.
  struct Item: Decodable {
    var a: String?
    var b: String?
    var w: [String]?
  }

  @Test func equalsTheReference() throws {
    let corpus = try JSONDecoder().decode(
      Corpus.self, from: Data(contentsOf: URL(filePath: #require(corpusFile))))
    let tokenizer = try loadTokenizer(from: URL(filePath: corpus.folder))
    #expect(corpus.items.count == corpus.expected.count && !corpus.items.isEmpty)
    var different = 0
    for (item, expected) in zip(corpus.items, corpus.expected) {
      let encoding =
        if let words = item.w {
          tokenizer.encode(words: words)
        } else {
          tokenizer.encode(
            .text(item.a ?? ""), item.b.map { .text($0) }, truncation: .none, addingSpecialTokens: true)
        }
      let found = TokenizerFixture.Result(encoding, like: expected)
      guard found != expected else { continue }
      different += 1
      if different <= 5 { Issue.record("\(item): \(found), not \(expected)") }
    }
    #expect(different == 0, "\(different) of \(corpus.items.count) texts")
  }
}
