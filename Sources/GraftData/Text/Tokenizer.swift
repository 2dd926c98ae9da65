/// Turns text into the ids that a language model reads, and ids into text.
///
/// ```swift
/// let tokenizer = try loadTokenizer(from: folder)
/// let encoding = tokenizer.encode("A film to remember")        // [CLS] a film to remember [SEP]
/// let batch = tokenizer.encodeBatch(texts, truncation: .toLength(128))
/// let hidden = model(batch.ids, mask: batch.mask)
/// ```
///
/// ``WordPieceTokenizer`` and ``ByteLevelBPETokenizer`` read the files that models are published with.
public protocol Tokenizer: Sendable {
  /// The tokens and their ids.
  var vocabulary: Vocabulary { get }

  /// The tokens that mean something to a model.
  var specialTokens: SpecialTokens { get }

  /// Encodes one text, or two that belong together.
  ///
  /// - Parameters:
  ///   - first: The text.
  ///   - second: A second text, such as the answer to a question; `nil` if there is one text only.
  ///   - truncation: What becomes of texts that are too long. Traps if the special tokens alone are too long.
  ///   - addingSpecialTokens: Whether special tokens are put round the texts.
  func encode(
    _ first: TextInput, _ second: TextInput?, truncation: Truncation, addingSpecialTokens: Bool
  ) -> Encoding

  /// The text that ids stand for; ids that the vocabulary does not have are passed over.
  ///
  /// - Parameters:
  ///   - ids: The ids.
  ///   - skippingSpecialTokens: Whether special tokens, which are no text, are left out.
  func decode(_ ids: [Int32], skippingSpecialTokens: Bool) -> String
}

/// What a tokenizer encodes.
public enum TextInput: Sendable, Hashable {
  /// A text.
  case text(String)
  /// A text that has been cut into words already, as annotated ones are. Each word is encoded by itself.
  case words([String])
}

extension Tokenizer {
  /// The number of tokens: how many rows a model's embedding needs at least.
  public var vocabularySize: Int { vocabulary.count }

  /// Encodes a text.
  public func encode(
    _ text: String, truncation: Truncation = .none, addingSpecialTokens: Bool = true
  ) -> Encoding {
    encode(.text(text), nil, truncation: truncation, addingSpecialTokens: addingSpecialTokens)
  }

  /// Encodes two texts that belong together: for BERT `[CLS] first [SEP] second [SEP]`, of types 0 and 1.
  public func encode(
    _ first: String, _ second: String, truncation: Truncation = .none, addingSpecialTokens: Bool = true
  ) -> Encoding {
    encode(
      .text(first), .text(second), truncation: truncation, addingSpecialTokens: addingSpecialTokens)
  }

  /// Encodes a text that has been cut into words already, as for named entities.
  ///
  /// ``Encoding/wordIndices`` tells which word each token belongs to, ``Encoding/offsets`` where within it. A word of
  /// which nothing is left, such as a control character, has no token.
  public func encode(
    words: [String], truncation: Truncation = .none, addingSpecialTokens: Bool = true
  ) -> Encoding {
    encode(.words(words), nil, truncation: truncation, addingSpecialTokens: addingSpecialTokens)
  }

  /// The text that ids stand for, without special tokens.
  public func decode(_ ids: [Int32]) -> String {
    decode(ids, skippingSpecialTokens: true)
  }
}
