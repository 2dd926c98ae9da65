import Foundation

/// The tokenizer of GPT-2 and its kin (Radford et al., 2019): byte pair encoding of UTF-8, so that every text can be written and
/// comes back unchanged.
///
/// The ids, tokens and offsets are those of the Python package `tokenizers`, 0.23.
public struct ByteLevelBPETokenizer: Tokenizer {
  private let pipeline: TokenizerPipeline<ByteLevelBPEModel>

  /// The tokens that mean something to a model.
  public let specialTokens: SpecialTokens

  /// The tokens and their ids.
  public var vocabulary: Vocabulary { pipeline.vocabulary }

  /// Reads `vocab.json` and `merges.txt`, which are also published as `encoder.json` and `vocab.bpe`.
  ///
  /// No special tokens are put round texts. `<|endoftext|>` is recognised in texts, if the vocabulary has it.
  ///
  /// - Parameters:
  ///   - vocabulary: A JSON object of tokens and their ids, which run from 0 without gaps. It has to have a token for
  ///     each byte.
  ///   - merges: A merge in each line, two tokens with a space between them, the most important first; the first
  ///     line may be a version, `#version: 0.2`.
  ///   - addingPrefixSpace: Whether a space is put before each text that does not begin with one, so that its first word
  ///     is written like any other.
  ///   - maximumBytes: How large each file may be; by default 64 MiB.
  /// - Throws: ``DataError`` with the place if a file can't be read, breaks the rules or lacks a token.
  public init(
    vocabulary: URL, merges: URL, addingPrefixSpace: Bool = false, maximumBytes: Int = 1 << 26
  ) throws {
    let tokens = try BPEVocabularyFile.vocabulary(
      BoundedFile.read(vocabulary, atMost: maximumBytes), name: vocabulary.path)
    let list = try BPEVocabularyFile.merges(
      BoundedFile.read(merges, atMost: maximumBytes), name: merges.path)
    let model = try ByteLevelBPEModel(
      tokens, isModelToken: Array(repeating: true, count: tokens.count), merges: list,
      ByteLevelBPEModel.Configuration(addsPrefixSpace: addingPrefixSpace), file: vocabulary.path,
      mergesFile: merges.path)
    let added = tokens.id(of: "<|endoftext|>").map { [AddedToken(content: "<|endoftext|>", id: $0)] }
    self.init(
      TokenizerPipeline(model, tokens, added: added ?? [], .plain), SpecialTokens(in: tokens))
  }

  init(_ pipeline: TokenizerPipeline<ByteLevelBPEModel>, _ specialTokens: SpecialTokens) {
    self.pipeline = pipeline
    self.specialTokens = specialTokens
  }

  /// Encodes one text, or two that belong together.
  public func encode(
    _ first: TextInput, _ second: TextInput?, truncation: Truncation, addingSpecialTokens: Bool
  ) -> Encoding {
    pipeline.encode(first, second, truncation, addingSpecialTokens: addingSpecialTokens)
  }

  /// The text that ids stand for. Bytes that are not UTF-8, as parts of a text can have at their ends, become U+FFFD;
  /// ``bytes(of:)`` keeps them.
  public func decode(_ ids: [Int32], skippingSpecialTokens: Bool) -> String {
    pipeline.decode(ids, skippingSpecialTokens: skippingSpecialTokens)
  }

  /// The bytes that ids stand for, special tokens included: for text that arrives token by token, of which a character may
  /// be there only in part.
  public func bytes(of ids: [Int32]) -> [UInt8] {
    pipeline.model.bytes(of: ids)
  }
}

extension ByteLevelBPETokenizer {
  /// Reads a `tokenizer.json`, whose settings for truncation and padding are left aside.
  ///
  /// - Parameters:
  ///   - file: A JSON text.
  ///   - maximumBytes: How large the file may be; by default 64 MiB.
  /// - Throws: ``DataError`` with the place if the file can't be read or breaks the rules, or if it describes something
  ///   that is not byte-level BPE as GPT-2 has it, which the error names.
  public init(tokenizerFile file: URL, maximumBytes: Int = 1 << 26) throws {
    let content = try TokenizerFile(BoundedFile.read(file, atMost: maximumBytes), name: file.path)
    self = try content.byteLevelBPETokenizer()
  }
}
