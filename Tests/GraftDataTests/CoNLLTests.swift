import Foundation
import GraftTensor
import Testing

@testable import GraftData

@Suite struct CoNLLTests {
  private func read(
    _ text: String, word: Int = 0, tag: Int? = nil, delimiter: Character? = nil
  ) throws -> [TaggedSentence] {
    try TaggedSentence.sentences(
      conllBytes: Array(text.utf8), wordColumn: word, tagColumn: tag, delimiter: delimiter, name: "text")
  }

  @Test(
    arguments: [
      "a\tO\nb\tB-x\n\nc\tO\n",
      "a\tO\nb\tB-x\n\t\nc\tO",
      "\u{FEFF}a O\r\nb   B-x\r\n\r\nc O\r\n",
      "\n\na O\nb B-x\n\n \t \n\nc O\n\n\n",
      "-DOCSTART- O\n\na O\nb B-x\n-DOCSTART- -X- -X- O\nc O\n",
    ])
  func emptyLinesSeparateSentences(_ text: String) throws {
    #expect(
      try read(text) == [
        TaggedSentence(words: ["a", "b"], tags: ["O", "B-x"]), TaggedSentence(words: ["c"], tags: ["O"]),
      ])
  }

  @Test func columnsCanBeChosen() throws {
    let text = "1 EU NNP B-ORG\n2 \"rejects\" VBZ O\n"
    #expect(try read(text, word: 1)[0].words == ["EU", "\"rejects\""])
    #expect(try read(text, word: 1)[0].tags == ["B-ORG", "O"])
    #expect(try read(text, word: 1, tag: 2)[0].tags == ["NNP", "VBZ"])
    #expect(try read("New York\tB-x\n", delimiter: "\t")[0].words == ["New York"])
    #expect(try read("").isEmpty)
  }

  @Test(
    arguments: [
      ("a O\nb\n", nil, 2),
      ("a O\n\nb O O\n", nil, 3),
      ("a\n", nil, 1),
      ("a O\n\tO\n", "\t" as Character?, 1),
      ("a\tO\n\tO\n", "\t" as Character?, 2),
      ("a\tO\nb\t\n", "\t" as Character?, 2),
    ] as [(String, Character?, Int)])
  func faultsTellTheLine(_ text: String, _ delimiter: Character?, _ line: Int) throws {
    let error = try fault { _ = try read(text, delimiter: delimiter) }
    #expect(error?.kind == .malformed)
    #expect(error?.place == .line(line), "\(error?.description ?? "no error")")
  }

  @Test func faultsTellTheFileAndWhatToDo() throws {
    let (error, path) = try withFile(Array("a O\n\nb\n".utf8)) { file in
      (try fault { _ = try TaggedSentence.read(conll: file) }, file.path)
    }
    #expect(
      error?.description
        == "\(path), line 3: 1 columns where the lines before have 2. Give every line the same number of columns, and check the delimiter."
    )
    #expect(try fault { _ = try read("a b\n", word: 2) }?.place == .line(1))
    #expect(try fault { _ = try read("a b\n", word: 1) }?.place == .line(1))
    let invalid = try withFile(Array("a O\n".utf8) + [0xE9, 0x20, 0x4F]) { file in
      try fault { _ = try TaggedSentence.read(conll: file) }
    }
    #expect(invalid?.place == .line(2))
    let compressed = try withFile(gzipped(Array("a O\n".utf8))) { try TaggedSentence.read(conll: $0) }
    #expect(compressed == [TaggedSentence(words: ["a"], tags: ["O"])])
  }

  @Test func damageNeverCrashes() throws {
    try fuzz(Array("a\tO\nb\tB-x\n\t\nc\tI-x\r\n".utf8), rounds: 2000, seed: 5) { bytes in
      for sentence in try TaggedSentence.sentences(conllBytes: bytes, name: "text") {
        #expect(!sentence.words.isEmpty && sentence.words.count == sentence.tags.count)
      }
    }
  }
}
