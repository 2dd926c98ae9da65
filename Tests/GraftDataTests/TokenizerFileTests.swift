import Foundation
import GraftTensor
import Testing

@testable import GraftData

/// Damaged and hostile tokenizer files: refused with the place, in little time.
struct TokenizerFileTests {
  private func vocabulary(_ lines: String...) -> [UInt8] { Array(lines.joined(separator: "\n").utf8) }

  @Test(arguments: [
    (["[UNK]", "[CLS]", "[SEP]", "a", "b", "a"], "\"a\" occurs twice", 6),
    (["[CLS]", "[SEP]", "a"], "no token \"[UNK]\"", nil),
    (["[UNK]", "[SEP]", "a"], "no token \"[CLS]\"", nil),
    (["[UNK]", "[CLS]", "[SEP]", String(repeating: "x", count: 5000)], "5000 bytes", 4),
  ])
  func vocabularyTextIsChecked(lines: [String], problem: String, line: Int?) throws {
    let found = try withFile(Array(lines.joined(separator: "\n").utf8)) { file in
      let found = try fault { _ = try WordPieceTokenizer(vocabulary: file) }
      #expect(found?.file == file.path)
      return found
    }
    #expect(found?.problem.contains(problem) == true, "\(String(describing: found))")
    #expect(found?.place == line.map { .line($0) })
  }

  @Test func vocabularyTextIsReadAsItIs() throws {
    // Line ends of both kinds, white space at a line's end, and equal strings that are different tokens.
    let tokenizer = try withFile(vocabulary("[UNK]\r", "[CLS]", "[SEP] ", "é", "e\u{301}", "##a", "")) {
      try WordPieceTokenizer(vocabulary: $0, stripsAccents: false)
    }
    #expect(tokenizer.vocabularySize == 6)
    #expect(tokenizer.encode("é e\u{301} éa").ids == [1, 3, 4, 3, 5, 2])
    #expect(
      try withFile([0x61, 0xFF, 0x0A]) { file in try fault { _ = try WordPieceTokenizer(vocabulary: file) } }?
        .place == .line(1))
    #expect(
      try withFile(vocabulary("[UNK]", "[CLS]", "[SEP]")) { file in
        try fault { _ = try WordPieceTokenizer(vocabulary: file, maximumBytes: 5) }
      }?.kind == .tooLarge)
    let missing = URL(filePath: "/nowhere/vocab.txt")
    #expect(try fault { _ = try WordPieceTokenizer(vocabulary: missing) }?.kind == .unreadable)
  }

  /// The vocabulary of the bytes alone, with more tokens.
  private func byteVocabulary(_ more: [(String, Int)] = [], without byte: Int? = nil) -> [UInt8] {
    var members = ByteAlphabet.scalars.enumerated().filter { $0.offset != byte }.map {
      (String($0.element), $0.offset)
    }
    members += more
    let text = members.map { name, id in
      "\"\(name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\": \(id)"
    }
    return Array("{\(text.joined(separator: ", "))}".utf8)
  }

  private func bpeFault(_ vocabulary: [UInt8], _ merges: String) throws -> DataError? {
    try withFile(vocabulary) { vocabulary in
      try withFile(Array(merges.utf8)) { merges in
        try fault { _ = try ByteLevelBPETokenizer(vocabulary: vocabulary, merges: merges) }
      }
    }
  }

  @Test func bytePairFilesAreChecked() throws {
    #expect(try bpeFault(byteVocabulary([("ab", 256)]), "#version: 0.2\na b\n") == nil)
    #expect(try bpeFault(byteVocabulary([("ab", 256)]), "a b\n\n") == nil)
    let cases: [([UInt8], String, String, DataError.Place?)] = [
      (byteVocabulary([("ab", 257)]), "a b", "id 257", nil),
      (byteVocabulary([("ab", -1)]), "a b", "id -1", nil),
      (byteVocabulary([("ab", 1 << 60)]), "a b", "ids from 0 to 256", nil),
      (byteVocabulary([("ab", 5)]), "a b", "both have id 5", nil),
      (byteVocabulary([("ab", 256), ("ab", 257)]), "a b", "occurs twice", nil),
      (byteVocabulary([("ab", 65)], without: 65), "a b", "for the byte 65", nil),
      (byteVocabulary(), "a b", "needs the token \"ab\"", .line(1)),
      (byteVocabulary([("ab", 256)]), "a b\nab c\n", "needs the token \"abc\"", .line(2)),
      (byteVocabulary([("ab", 256)]), "a b\na zz\n", "needs the token \"zz\"", .line(2)),
      (byteVocabulary([("ab", 256)]), "a b\na b\n", "occurs twice", .line(2)),
      (byteVocabulary([("ab", 256)]), "a b\na b c\n", "two tokens", .line(2)),
      (byteVocabulary([("ab", 256)]), "a b\nab\n", "two tokens", .line(2)),
      (byteVocabulary([("ab", 256)]), "a b\n#version\n", "two tokens", .line(2)),
      (Array("{".utf8), "a b", "not JSON", .byte(1)),
      (Array("[]".utf8), "a b", "not an object", nil),
      (Array("{}".utf8), "a b", "has no tokens", nil),
      (Array("{\"a\": \"0\"}".utf8), "a b", "not a whole number", nil),
      (Array("{\"a\": 0.5}".utf8), "a b", "not a whole number", nil),
      (Array("{\"a\": 99999999999999999999}".utf8), "a b", "not a whole number", nil),
      (Array(String(repeating: "[", count: 100_000).utf8), "a b", "nested too deeply", .byte(32)),
    ]
    for (vocabulary, merges, problem, place) in cases {
      let found = try bpeFault(vocabulary, merges)
      #expect(found?.description.contains(problem) == true, "\(problem): \(String(describing: found))")
      #expect(found?.place == place, "\(problem)")
    }
  }

  /// The fault of a fixture's `tokenizer.json` after some replacements in its text.
  private func faultOfFile(_ name: String, replacing changes: (String, String)...) throws -> DataError? {
    var text = try String(contentsOf: TokenizerFixture.file(name), encoding: .utf8)
    for (old, new) in changes {
      let range = try #require(text.range(of: old), "\(old) is not in \(name)")
      text.replaceSubrange(range, with: new)
    }
    return try fault {
      let file = try TokenizerFile(Array(text.utf8), name: name)
      switch file.kind {
      case .wordPiece: _ = try file.wordPieceTokenizer()
      case .byteLevelBPE: _ = try file.byteLevelBPETokenizer()
      }
    }
  }

  @Test func otherKindsAreRefusedByName() throws {
    let cases: [(String, String, String, String)] = [
      (
        "wordpiece.json", "\"type\":\"WordPiece\",\"unk", "\"type\":\"Unigram\",\"unk",
        "model is of type Unigram"
      ),
      ("wordpiece.json", "\"type\":\"BertNormalizer\"", "\"type\":\"NFKC\"", "normalizer is of type NFKC"),
      (
        "wordpiece.json", "\"type\":\"BertPreTokenizer\"", "\"type\":\"Metaspace\"",
        "pre_tokenizer is of type Metaspace"
      ),
      ("wordpiece.json", "\"type\":\"BertProcessing\"", "\"type\":\"Odd\"", "post_processor is of type Odd"),
      (
        "wordpiece.json", "\"type\":\"WordPiece\",\"prefix", "\"type\":\"CTC\",\"prefix",
        "decoder is of type CTC"
      ),
      (
        "roberta.json", "\"normalizer\":null", "\"normalizer\":{\"type\":\"NFC\"}",
        "normalizer is of type NFC"
      ),
      ("roberta.json", "\"type\":\"ByteLevel\"", "\"type\":\"Split\"", "pre_tokenizer is of type Split"),
      ("roberta.json", "\"use_regex\":true", "\"use_regex\":false", "use_regex is false"),
      ("roberta.json", "\"dropout\":null", "\"dropout\":0.1", "model.dropout drops merges at random"),
      ("roberta.json", "\"byte_fallback\":false", "\"byte_fallback\":true", "byte_fallback is true"),
      (
        "roberta.json", "\"end_of_word_suffix\":null", "\"end_of_word_suffix\":\"</w>\"",
        "end_of_word_suffix is \"</w>\""
      ),
    ]
    for (name, old, new, problem) in cases {
      let found = try faultOfFile(name, replacing: (old, new))
      #expect(
        found?.kind == .unsupported && found?.problem.contains(problem) == true,
        "\(String(describing: found))")
    }
  }

  @Test func damagedDescriptionsAreRefused() throws {
    #expect(try faultOfFile("wordpiece.json") == nil && faultOfFile("roberta.json") == nil)
    let cases: [(String, String, String, String)] = [
      ("wordpiece.json", "\"model\":", "\"models\":", "has no \"model\""),
      ("wordpiece.json", "\"normalizer\":", "\"model\":null,\"normalizer\":", "has \"model\" twice"),
      ("wordpiece.json", "\"unk_token\":\"[UNK]\"", "\"unk_token\":\"[NIL]\"", "no token \"[NIL]\""),
      (
        "wordpiece.json", "{\"id\":0,\"content\":\"[PAD]\"", "{\"id\":7,\"content\":\"[PAD]\"",
        "gives the added token \"[PAD]\" the id 7"
      ),
      ("wordpiece.json", "\"content\":\"newWord\"", "\"content\":\"\"", "has no content"),
      (
        "wordpiece.json", "\"lowercase\":true", "\"lowercase\":1", "normalizer.lowercase is not true or false"
      ),
      ("wordpiece.json", "\"cls\":[\"[CLS]\",2]", "\"cls\":[\"[CLS]\",2000]", "ids run from 0 to"),
      ("wordpiece.json", "\"cls\":[\"[CLS]\",2]", "\"cls\":[2]", "not a token and its id"),
      ("roberta.json", "\"merges\":[[", "\"merges\":[[\"a\"],[", "model.merges[0] is not two tokens"),
      ("roberta.json", "\"merges\":[[", "\"merges\":[\"a b c\",[", "model.merges[0] is not two tokens"),
    ]
    for (name, old, new, problem) in cases {
      let found = try faultOfFile(name, replacing: (old, new))
      #expect(found?.description.contains(problem) == true, "\(problem): \(String(describing: found))")
    }
  }

  @Test func damageOfAnyKindIsAnError() throws {
    let json =
      Array(try Data(contentsOf: TokenizerFixture.file("wordpiece.json")).prefix(1500)) + Array("}}".utf8)
    try fuzz(json, rounds: 150, seed: 1) { _ = try TokenizerFile($0, name: "x").wordPieceTokenizer() }
    let vocabulary = Array(try Data(contentsOf: TokenizerFixture.file("vocab.txt")).prefix(600))
    try fuzz(vocabulary, rounds: 100, seed: 2) { bytes in
      _ = try withFile(bytes) { try WordPieceTokenizer(vocabulary: $0) }
    }
  }

  @Test func templatesAreRead() throws {
    let template = """
      {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":3}}],
      "pair":[{"Sequence":{"id":"B","type_id":1}},{"Sequence":{"id":"A","type_id":0}}],
      "special_tokens":{"[CLS]":{"id":"[CLS]","ids":[2,3],"tokens":["[CLS]","[SEP]"]}}}
      """
    var text = try String(contentsOf: TokenizerFixture.file("wordpiece.json"), encoding: .utf8)
    let start = try #require(text.range(of: "{\"type\":\"BertProcessing\"")).lowerBound
    let end = try #require(text.range(of: "}", range: start..<text.endIndex)).upperBound
    text.replaceSubrange(start..<end, with: template)
    let tokenizer = try TokenizerFile(Array(text.utf8), name: "x").wordPieceTokenizer()
    #expect(
      tokenizer.encode("a").tokens == ["[CLS]", "[SEP]", "a"] && tokenizer.encode("a").typeIDs == [0, 0, 3])
    let pair = tokenizer.encode("a", "b")
    #expect(pair.tokens == ["b", "a"] && pair.typeIDs == [1, 0] && pair.sequences == [1..<2, 0..<1])
  }
}
