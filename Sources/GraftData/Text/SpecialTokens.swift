/// The ids of the tokens that mean something to a model, as far as a vocabulary has them.
public struct SpecialTokens: Sendable, Hashable {
  /// Stands for what the vocabulary cannot write: `[UNK]`, `<unk>`.
  public var unknown: Int32?
  /// Fills short texts up: `[PAD]`, `<pad>`.
  public var padding: Int32?
  /// Begins a text whose first position is classified: `[CLS]`, `<s>`.
  public var classification: Int32?
  /// Ends a text or separates two: `[SEP]`, `</s>`.
  public var separator: Int32?
  /// Stands for a token to be guessed: `[MASK]`, `<mask>`.
  public var mask: Int32?
  /// Ends a text, and for GPT-2 begins one too: `<|endoftext|>`.
  public var endOfText: Int32?

  /// The tokens of a vocabulary that have one of the usual names.
  init(in vocabulary: Vocabulary) {
    func first(_ names: String...) -> Int32? { names.lazy.compactMap(vocabulary.id(of:)).first }
    unknown = first("[UNK]", "<unk>")
    padding = first("[PAD]", "<pad>")
    classification = first("[CLS]", "<s>")
    separator = first("[SEP]", "</s>")
    mask = first("[MASK]", "<mask>")
    endOfText = first("<|endoftext|>", "</s>")
  }
}
