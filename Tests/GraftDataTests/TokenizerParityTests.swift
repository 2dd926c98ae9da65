import Foundation
import GraftTensor
import Testing

@testable import GraftData

/// Tokenizers against the Python package, on texts of every kind.
struct TokenizerParityTests {
  @Test(arguments: ["uncased", "cased", "wordpiece", "gpt2", "roberta"])
  func encodesAndDecodesLikeTheReference(name: String) throws {
    let cases = try TokenizerFixture.read(TokenizerFixture.Cases.self, "cases.json")
    let expected = try TokenizerFixture.read(TokenizerFixture.Expected.self, "expected-\(name).json")
    let tokenizer = try TokenizerFixture.tokenizer(name)
    #expect(cases.texts.count == expected.texts.count && cases.texts.count > 90)
    for (text, result) in zip(cases.texts, expected.texts) {
      #expect(
        TokenizerFixture.Result(tokenizer.encode(text), like: result) == result,
        "\(text.debugDescription.prefix(200))")
    }
    for (pair, result) in zip(cases.pairs, expected.pairs) {
      #expect(TokenizerFixture.Result(tokenizer.encode(pair[0], pair[1]), like: result) == result, "\(pair)")
    }
    for (words, result) in zip(cases.words, expected.words) {
      #expect(TokenizerFixture.Result(tokenizer.encode(words: words), like: result) == result, "\(words)")
    }
    let short = cases.texts.filter { $0.unicodeScalars.count < 70 }
    #expect(short.count == expected.decoded.count)
    for (text, decoded) in zip(short, expected.decoded) {
      // Swift's == takes canonically equivalent strings for equal.
      #expect(
        tokenizer.decode(tokenizer.encode(text).ids).utf8.elementsEqual(decoded.utf8),
        "\(text.debugDescription)")
    }
  }

  @Test func truncatesPairsLikeTheReference() throws {
    let tokenizer = try TokenizerFixture.tokenizer("wordpiece")
    let rows = try TokenizerFixture.read([[Int]].self, "truncations.json")
    #expect(rows.count == 8 * 36)
    for row in rows {
      let texts = (1...2).map { Array(repeating: "a", count: row[$0]).joined(separator: " ") }
      let encoding = tokenizer.encode(texts[0], texts[1], truncation: .toLength(row[0]))
      #expect(encoding.sequences.map(\.count) == [row[3], row[4]], "\(row)")
      #expect(encoding.count == min(row[0], row[1] + row[2] + 3))
    }
  }

  @Test func folderTellsTheKind() throws {
    // This folder's vocab.txt comes before its vocab.json.
    let tokenizer = try loadTokenizer(from: TokenizerFixture.folder)
    #expect(tokenizer is WordPieceTokenizer && (tokenizer as? WordPieceTokenizer)?.lowercases == false)
    try withFolder(["tokenizer.json": "roberta.json", "vocab.txt": "vocab.txt"]) { folder in
      let tokenizer = try loadTokenizer(from: folder)
      #expect(tokenizer is ByteLevelBPETokenizer)
    }
    try withFolder(["encoder.json": "vocab.json", "vocab.bpe": "merges.txt"]) { folder in
      let tokenizer = try loadTokenizer(from: folder)
      #expect(tokenizer.encode("Hello").ids == [376, 284, 79])
    }
    try withFolder(["vocab.txt": "vocab.txt"]) { folder in
      try Data(#"{"do_lower_case": true, "strip_accents": false}"#.utf8)
        .write(to: folder.appending(path: "tokenizer_config.json"))
      let tokenizer = try #require(loadTokenizer(from: folder) as? WordPieceTokenizer)
      #expect(tokenizer.lowercases)
      #expect(tokenizer.encode("É", addingSpecialTokens: false).tokens == ["é"])
    }
    try withFolder(["vocab.json": "vocab.json", "merges.txt": "merges.txt"]) { folder in
      try Data(#"{"tokenizer_class": "RobertaTokenizer"}"#.utf8)
        .write(to: folder.appending(path: "tokenizer_config.json"))
      let fault = try fault { _ = try loadTokenizer(from: folder) }
      #expect(fault?.kind == .unsupported)
    }
    try withFolder(["merges.txt": "merges.txt"]) { folder in
      let fault = try fault { _ = try loadTokenizer(from: folder) }
      #expect(fault?.kind == .unreadable)
    }
  }

  /// Calls `body` with a folder of copies of fixtures under other names.
  private func withFolder(_ files: [String: String], _ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "graft-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, source) in files {
      try FileManager.default.copyItem(at: TokenizerFixture.file(source), to: folder.appending(path: name))
    }
    try body(folder)
  }
}
