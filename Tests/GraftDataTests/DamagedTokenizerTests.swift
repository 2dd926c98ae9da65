import Foundation
import GraftTensor
import Testing

@testable import GraftData

/// Whole descriptions of tokenizers with pieces exchanged, doubled or cut out, and with absurd numbers: what is read either works or is refused.
@Suite struct DamagedTokenizerTests {
  private static let wordPiece = """
    {"version": "1.0", "truncation": null, "padding": null,
    "added_tokens": [{"id": 0, "content": "[UNK]", "special": true, "lstrip": false, "normalized": false},
    {"id": 1, "content": "[CLS]", "special": true}, {"id": 6, "content": "ab c", "lstrip": true, "normalized": true}],
    "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "lowercase": true},
    "pre_tokenizer": {"type": "BertPreTokenizer"},
    "post_processor": {"type": "TemplateProcessing",
    "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
    "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
    "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [1], "tokens": ["[CLS]"]}}},
    "decoder": {"type": "WordPiece", "prefix": "##"},
    "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
    "max_input_chars_per_word": 100, "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "a": 3, "##b": 4, "c": 5}}}
    """

  private static let bytePairs: String = {
    let vocabulary = ByteAlphabet.scalars.enumerated().map { id, scalar in
      "\"\(String(scalar).replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\": \(id)"
    }
    return """
      {"added_tokens": [{"id": 258, "content": "<|end|>", "special": true}], "normalizer": null,
      "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
      "post_processor": {"type": "RobertaProcessing", "sep": ["a", 64], "cls": ["b", 65], "trim_offsets": true},
      "model": {"type": "BPE", "dropout": null, "merges": ["a b", ["ab", "c"]],
      "vocab": {"ab": 256, "abc": 257, \(vocabulary.joined(separator: ", "))}}}
      """
  }()

  /// The text with one to three places damaged, by what means something in JSON.
  private func damaged(_ text: [UInt8], using generator: inout RandomGenerator) -> [UInt8] {
    let pieces = [
      "{", "}", "[", "]", "\"", ",", ":", "null", "true", "-1", "99999999999", "1e9", "\\u0000", "[[[[",
      "\"a\"",
    ]
    var bytes = text
    for _ in 0...generator.integer(below: 3) {
      // Mostly before the vocabulary, of which most damage does the same: a token is missing.
      let place = generator.integer(
        below: generator.integer(below: 4) == 0 ? bytes.count : min(bytes.count, 450))
      let end = min(bytes.count, place + 1 + generator.integer(below: 30))
      switch generator.integer(below: 4) {
      case 0: bytes.removeSubrange(place..<min(end, bytes.count - 1))
      case 1: bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
      case 2: bytes.insert(contentsOf: pieces[generator.integer(below: pieces.count)].utf8, at: place)
      default:
        // A number or a word, whole, so that the text stays JSON more often.
        let isPart = { (byte: UInt8) in (48...57).contains(byte) || (97...122).contains(byte) || byte == 45 }
        guard let start = bytes[place...].firstIndex(where: isPart) else { continue }
        let stop = bytes[start...].firstIndex { !isPart($0) } ?? bytes.endIndex
        bytes.replaceSubrange(start..<stop, with: pieces[generator.integer(below: pieces.count)].utf8)
      }
    }
    return bytes
  }

  @Test(arguments: [(wordPiece, 1500), (bytePairs, 400)])
  func whatIsReadWorks(text: String, rounds: Int) throws {
    var generator = RandomGenerator(seed: 11)
    var outcomes = [true: 0, false: 0]
    for _ in 0..<rounds {
      let bytes = damaged(Array(text.utf8), using: &generator)
      let error = try fault {
        let tokenizer = try read(bytes)
        let encoding = tokenizer.encode("ab  abc \u{301}[CLS]c<|end|>", "a\u{0}b")
        #expect(encoding.ids.allSatisfy { (0..<tokenizer.vocabularySize).contains(Int($0)) })
        _ = tokenizer.decode(encoding.ids)
      }
      #expect((error?.description.utf8.count ?? 0) < 2000)
      outcomes[error == nil, default: 0] += 1
    }
    // Both have to occur for the test to mean anything.
    #expect(outcomes.values.allSatisfy { $0 > rounds / 20 }, "\(outcomes)")
  }

  private func read(_ bytes: [UInt8]) throws -> any Tokenizer {
    let file = try TokenizerFile(bytes, name: "tokenizer.json")
    switch file.kind {
    case .wordPiece: return try file.wordPieceTokenizer()
    case .byteLevelBPE: return try file.byteLevelBPETokenizer()
    }
  }

  /// Files that cost their author little and a careless reader much.
  @Test(arguments: [
    String(repeating: "[", count: 1_000_000), String(repeating: "{\"model\":", count: 200_000),
    #"{"model": {"type": "WordPiece", "vocab": {"a": 0, "a": 0}}}"#,
    #"{"model": {"type": "WordPiece", "vocab": {"a": 4000000000}}}"#,
    #"{"model": {"type": "WordPiece", "vocab": {"a": -1}}}"#,
    #"{"model": {"type": "WordPiece", "vocab": {"a": 1e400}}}"#,
    #"{"model": {"type": "WordPiece", "vocab": {}}}"#,
    #"{"added_tokens": [{"id": 9223372036854775807, "content": "a"}], "model": {"type": "WordPiece", "vocab": {"b": 0}}}"#,
    #"{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": ["\#(String(repeating: " ", count: 100_000))"]}}"#,
    "\u{FEFF}{}", "", "null", "{\"model\": null}",
  ])
  func hostileFilesAreRefused(text: String) throws {
    #expect(try fault { _ = try read(Array(text.utf8)) } != nil)
    // The same beside a vocabulary, as settings.
    try withFolder(["tokenizer.json": text]) { folder in
      let found = try fault { _ = try loadTokenizer(from: folder) }
      #expect(found != nil)
    }
  }

  @Test(arguments: [
    String(repeating: "[", count: 1_000_000), #"{"do_lower_case": "yes"}"#,
    #"{"do_lower_case": true, "do_lower_case": false}"#, "[]", "{\"do_lower_case\": ",
    #"{"tokenize_chinese_chars": 1e400}"#,
  ])
  func hostileSettingsAreRefused(text: String) throws {
    let vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n"
    try withFolder(["vocab.txt": vocabulary]) { _ = try loadTokenizer(from: $0) }
    try withFolder(["vocab.txt": vocabulary, "tokenizer_config.json": text]) { folder in
      let found = try fault { _ = try loadTokenizer(from: folder) }
      #expect(found != nil)
    }
  }

  private func withFolder(_ files: [String: String], _ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "graft-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
    try body(folder)
  }
}
