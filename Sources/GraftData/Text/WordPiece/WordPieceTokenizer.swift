import Foundation

/// The tokenizer of BERT and its kin (Devlin et al., 2018): words are cut into the longest pieces that the vocabulary has.
///
/// The ids, tokens and offsets are those of the Python package `tokenizers`, 0.23. A word of more than 100 code points, or
/// with a part for which there is no piece, becomes the unknown token.
public struct WordPieceTokenizer: Tokenizer {
  private let pipeline: TokenizerPipeline<WordPieceModel>

  /// The tokens that mean something to a model.
  public let specialTokens: SpecialTokens

  /// The tokens and their ids.
  public var vocabulary: Vocabulary { pipeline.vocabulary }

  /// Whether letters are lower-cased: whether the model is "uncased".
  public var lowercases: Bool { pipeline.model.configuration.normalizer.lowercases }

  /// Reads a `vocab.txt`: a token in each line, in the order of their ids.
  ///
  /// The vocabulary has to hold `[UNK]`, `[CLS]` and `[SEP]`. They, `[PAD]` and `[MASK]` are recognised in texts.
  ///
  /// - Parameters:
  ///   - file: A text in UTF-8.
  ///   - lowercases: Whether letters are lower-cased: `true` for an "uncased" model. By default whether the
  ///     vocabulary has no word with a capital letter from A to Z.
  ///   - stripsAccents: Whether accents are dropped, "é" becoming "e"; by default the same as `lowercases`.
  ///   - separatesIdeographs: Whether each Chinese ideograph is a word.
  ///   - maximumBytes: How large the file may be; by default 64 MiB.
  /// - Throws: ``DataError`` with the line if the file can't be read, lacks a token, or has one twice.
  public init(
    vocabulary file: URL, lowercases: Bool? = nil, stripsAccents: Bool? = nil,
    separatesIdeographs: Bool = true, maximumBytes: Int = 1 << 26
  ) throws {
    let bytes = try BoundedFile.read(file, atMost: maximumBytes)
    let entries = try WordPieceVocabularyFile.entries(bytes, name: file.path)
    try self.init(
      entries, lowercases: lowercases, stripsAccents: stripsAccents,
      separatesIdeographs: separatesIdeographs, file: file.path)
  }

  /// Makes a tokenizer of tokens in the order of their ids; see
  /// ``init(vocabulary:lowercases:stripsAccents:separatesIdeographs:maximumBytes:)``.
  ///
  /// - Throws: ``DataError`` if a needed token is missing, or one occurs twice.
  public init(
    tokens: [String], lowercases: Bool? = nil, stripsAccents: Bool? = nil, separatesIdeographs: Bool = true
  ) throws {
    let entries = tokens.enumerated().map { Vocabulary.Entry(token: $1, id: $0) }
    try self.init(
      entries, lowercases: lowercases, stripsAccents: stripsAccents,
      separatesIdeographs: separatesIdeographs, file: nil)
  }

  private init(
    _ entries: [Vocabulary.Entry], lowercases: Bool?, stripsAccents: Bool?, separatesIdeographs: Bool,
    file: String?
  ) throws(DataError) {
    let vocabulary = try Vocabulary(entries, file: file)
    let lowercases = lowercases ?? !Self.hasCapitals(entries)
    let configuration = WordPieceModel.Configuration(
      normalizer: BERTNormalizer(
        separatesIdeographs: separatesIdeographs, stripsAccents: stripsAccents ?? lowercases,
        lowercases: lowercases))
    let model = try WordPieceModel(
      vocabulary, isModelToken: Array(repeating: true, count: vocabulary.count), configuration, file: file)
    let special = SpecialTokens(in: vocabulary)
    guard let classification = vocabulary.id(of: "[CLS]"), let separator = vocabulary.id(of: "[SEP]") else {
      throw DataError(
        .malformed, file: file, "the vocabulary has no token \"[CLS]\" or no token \"[SEP]\"",
        advice: "Check that this is the vocabulary of a BERT model, or use its tokenizer.json")
    }
    let added = ["[UNK]", "[SEP]", "[PAD]", "[CLS]", "[MASK]"].compactMap { token in
      vocabulary.id(of: token).map { AddedToken(content: token, id: $0) }
    }
    self.init(
      TokenizerPipeline(
        model, vocabulary, added: added, .bert(classification: classification, separator: separator)),
      special)
  }

  init(_ pipeline: TokenizerPipeline<WordPieceModel>, _ specialTokens: SpecialTokens) {
    self.pipeline = pipeline
    self.specialTokens = specialTokens
  }

  private static func hasCapitals(_ entries: [Vocabulary.Entry]) -> Bool {
    entries.contains { entry in
      entry.token.utf8.first != UInt8(ascii: "[") && entry.token.utf8.contains { (0x41...0x5A).contains($0) }
    }
  }

  /// Encodes one text, or two that belong together.
  public func encode(
    _ first: TextInput, _ second: TextInput?, truncation: Truncation, addingSpecialTokens: Bool
  ) -> Encoding {
    pipeline.encode(first, second, truncation, addingSpecialTokens: addingSpecialTokens)
  }

  /// The text that ids stand for: pieces joined to words, words with spaces between them. Capital letters, accents and
  /// spacing that encoding removed do not come back.
  public func decode(_ ids: [Int32], skippingSpecialTokens: Bool) -> String {
    pipeline.decode(ids, skippingSpecialTokens: skippingSpecialTokens)
  }
}

extension WordPieceTokenizer {
  /// Reads a `tokenizer.json`, whose settings for truncation and padding are left aside.
  ///
  /// - Parameters:
  ///   - file: A JSON text.
  ///   - maximumBytes: How large the file may be; by default 64 MiB.
  /// - Throws: ``DataError`` with the place if the file can't be read or breaks the rules, or if it describes something
  ///   that is not WordPiece as BERT has it, which the error names.
  public init(tokenizerFile file: URL, maximumBytes: Int = 1 << 26) throws {
    let content = try TokenizerFile(BoundedFile.read(file, atMost: maximumBytes), name: file.path)
    self = try content.wordPieceTokenizer()
  }
}
