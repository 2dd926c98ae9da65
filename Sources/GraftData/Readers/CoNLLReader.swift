import Foundation
import GraftTensor

// The column files of the CoNLL shared tasks, in which annotated text is published: a token a line with its annotations beside it,
// sentences separated by empty lines.

/// A sentence of which each word has a tag: `B-person` for the first word of a person's name, for example.
public struct TaggedSentence: Sendable, Hashable {
  /// The words.
  public let words: [String]

  /// A tag for each word.
  public let tags: [String]

  /// A sentence. Traps unless there are as many tags as words.
  public init(words: [String], tags: [String]) {
    require(words.count == tags.count, "TaggedSentence: \(words.count) words with \(tags.count) tags")
    self.words = words
    self.tags = tags
  }
}

extension TaggedSentence {
  /// The sentences of a file of columns, plain or compressed with gzip.
  ///
  /// ```swift
  /// let sentences = try TaggedSentence.read(conll: file)     // EU NNP I-NP B-ORG
  /// ```
  ///
  /// A line holds a token and its annotations, with tabs or spaces between them; every line has as many. Quotes have no meaning. A line with nothing but
  /// white space ends a sentence, and so does one that begins with `-DOCSTART-`, which is left out. Lines may end with CR LF or LF; a
  /// byte-order mark is skipped.
  ///
  /// - Parameters:
  ///   - file: a text in UTF-8.
  ///   - wordColumn: where the word stands, from 0. Default: the first column.
  ///   - tagColumn: where the tag stands, from 0. Default: the last column.
  ///   - delimiter: what stands between columns, for files whose words contain spaces; `nil` for any number of tabs and spaces.
  ///   - maximumBytes: what is accepted at most, before and after decompression; by default 1 GiB.
  /// - Throws: ``DataError`` with the line if the file can't be read or breaks the rules.
  public static func read(
    conll file: URL, wordColumn: Int = 0, tagColumn: Int? = nil, delimiter: Character? = nil,
    maximumBytes: Int = 1 << 30
  ) throws -> [TaggedSentence] {
    let bytes = try BoundedFile.readDecompressed(file, atMost: maximumBytes)
    return try sentences(
      conllBytes: bytes, wordColumn: wordColumn, tagColumn: tagColumn, delimiter: delimiter, name: file.path)
  }

  static func sentences(
    conllBytes bytes: [UInt8], wordColumn: Int = 0, tagColumn: Int? = nil, delimiter: Character? = nil,
    name: String
  ) throws(DataError) -> [TaggedSentence] {
    let delimiter = delimiter.map(asciiByte)
    try TextFile.requireUTF8(bytes, name: name)
    let content = bytes.starts(with: TextFile.byteOrderMark) ? bytes.dropFirst(3) : bytes[...]
    var sentences: [TaggedSentence] = []
    var (words, tags): ([String], [String]) = ([], [])
    var width: Int?
    func endSentence() {
      if !words.isEmpty { sentences.append(TaggedSentence(words: words, tags: tags)) }
      (words, tags) = ([], [])
    }
    let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      guard !line.allSatisfy(isSpace), !line.starts(with: documentStart) else {
        endSentence()
        continue
      }
      let fields =
        delimiter.map { line.split(separator: $0, omittingEmptySubsequences: false) }
        ?? line.split(whereSeparator: isSpace)
      let (word, tag) = (wordColumn, tagColumn ?? fields.count - 1)
      if let fault = fault(in: fields, width: width ?? fields.count, word: word, tag: tag) {
        throw DataError(
          .malformed, file: name, at: .line(index + 1), fault.problem, advice: fault.advice)
      }
      width = fields.count
      words.append(String(decoding: fields[word], as: UTF8.self))
      tags.append(String(decoding: fields[tag], as: UTF8.self))
    }
    endSentence()
    return sentences
  }

  /// Why a word and its tag can't be read from the columns of a line.
  private static func fault(
    in fields: [ArraySlice<UInt8>], width: Int, word: Int, tag: Int
  ) -> (problem: String, advice: String)? {
    if fields.count != width {
      return (
        "\(fields.count) columns where the lines before have \(width)",
        "Give every line the same number of columns, and check the delimiter"
      )
    }
    if !fields.indices.contains(word) || !fields.indices.contains(tag) || word == tag {
      return (
        "\(fields.count) columns, of which number \(word) would be the word and number \(tag) its tag",
        "Say in which columns they stand, counted from 0, and check the delimiter"
      )
    }
    if fields[word].isEmpty || fields[tag].isEmpty {
      return (
        fields[word].isEmpty ? "the word is missing" : "the tag is missing",
        "Fill it in, or leave the line empty where a sentence ends"
      )
    }
    return nil
  }

  private static func asciiByte(_ delimiter: Character) -> UInt8 {
    guard let byte = delimiter.asciiValue else {
      fatalError("TaggedSentence.read: the delimiter has to be an ASCII character")
    }
    return byte
  }

  private static let documentStart = Array("-DOCSTART-".utf8)

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }
}
