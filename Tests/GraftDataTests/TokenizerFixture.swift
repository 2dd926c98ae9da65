import Foundation
import GraftTensor

@testable import GraftData

/// What the Python package makes of some texts; see `Fixtures/make_tokenizers.py`.
enum TokenizerFixture {
  struct Cases: Decodable {
    var texts: [String]
    var pairs: [[String]]
    var words: [[String]]
  }

  struct Expected: Decodable {
    var texts: [Result]
    var pairs: [Result]
    var words: [Result]
    var decoded: [String]
  }

  /// Ids, offsets (starts and ends in turn), words and types, or the digest of the first three.
  struct Result: Decodable, Equatable {
    var i: [Int]?
    var o: [Int]?
    var w: [Int]?
    var t: [Int]?
    var count: Int?
    var digest: String?

    /// The same of an encoding, in the form of `expected`.
    init(_ encoding: Encoding, like expected: Result) {
      let ids = encoding.ids.map { Int($0) }
      let offsets = encoding.offsets.flatMap { [$0.lowerBound, $0.upperBound] }
      let words = encoding.wordIndices.map { $0 ?? -1 }
      if expected.digest != nil {
        count = ids.count
        digest = TokenizerFixture.digest(ids + offsets + words)
      } else {
        (i, o, w) = (ids, offsets, words)
      }
      if expected.t != nil { t = encoding.typeIDs.map { Int($0) } }
    }
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures/Tokenizers")

  static func file(_ name: String) -> URL { folder.appending(path: name) }

  static func read<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(contentsOf: file(name)))
  }

  static func tokenizer(_ name: String) throws -> any Tokenizer {
    switch name {
    case "uncased": try WordPieceTokenizer(vocabulary: file("vocab.txt"), lowercases: true)
    case "cased": try WordPieceTokenizer(vocabulary: file("vocab.txt"))
    case "gpt2": try ByteLevelBPETokenizer(vocabulary: file("vocab.json"), merges: file("merges.txt"))
    case "wordpiece": try WordPieceTokenizer(tokenizerFile: file("wordpiece.json"))
    default: try ByteLevelBPETokenizer(tokenizerFile: file("\(name).json"))
    }
  }

  /// FNV-1a of 64 bits over numbers.
  static func digest(_ numbers: some Sequence<Int>) -> String {
    var value: UInt64 = 0xCBF2_9CE4_8422_2325
    for number in numbers {
      value = (value ^ UInt64(UInt32(truncatingIfNeeded: number))) &* 0x100_0000_01B3
    }
    let text = String(value, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }
}
