/// Where special tokens stand round one text or two, and the type of each token.
struct TokenTemplate: Sendable, Equatable {
  /// A piece of the result.
  enum Piece: Sendable, Equatable {
    /// Special tokens.
    case special([Int32], type: Int32)
    /// The tokens of the first text (0) or of the second (1).
    case sequence(Int, type: Int32)
  }

  /// For one text.
  var single: [Piece]

  /// For two texts.
  var pair: [Piece]

  /// No special tokens.
  static let plain = TokenTemplate(
    single: [.sequence(0, type: 0)], pair: [.sequence(0, type: 0), .sequence(1, type: 1)])

  /// `[CLS] A [SEP]` and `[CLS] A [SEP] B [SEP]`, all of B of type 1.
  static func bert(classification: Int32, separator: Int32) -> TokenTemplate {
    let first: [Piece] = [
      .special([classification], type: 0), .sequence(0, type: 0), .special([separator], type: 0),
    ]
    return TokenTemplate(
      single: first, pair: first + [.sequence(1, type: 1), .special([separator], type: 1)])
  }

  /// `<s> A </s>` and `<s> A </s> </s> B </s>`, all of type 0.
  static func roberta(classification: Int32, separator: Int32) -> TokenTemplate {
    let first: [Piece] = [
      .special([classification], type: 0), .sequence(0, type: 0), .special([separator], type: 0),
    ]
    return TokenTemplate(
      single: first,
      pair: first + [
        .special([separator], type: 0), .sequence(1, type: 0), .special([separator], type: 0),
      ])
  }

  /// The pieces for one text or two.
  func pieces(forPair isPair: Bool) -> [Piece] { isPair ? pair : single }

  /// How many special tokens are added to one text or two.
  func specialCount(forPair isPair: Bool) -> Int {
    pieces(forPair: isPair).reduce(0) { count, piece in
      if case .special(let ids, _) = piece { count + ids.count } else { count }
    }
  }

  /// Puts texts and special tokens together.
  func apply(
    to texts: [TokenSequence], addingSpecialTokens: Bool, vocabulary: Vocabulary
  ) -> Encoding {
    let pieces = pieces(forPair: texts.count == 2)
    var encoding = Encoding(
      vocabulary: vocabulary, texts: texts.count,
      capacity: texts.reduce(8) { $0 + $1.count })
    for piece in pieces {
      switch piece {
      case .special(let ids, let type):
        if addingSpecialTokens { encoding.appendSpecial(ids, type: type) }
      case .sequence(let number, let type):
        encoding.append(texts[number], number: number, type: type)
      }
    }
    return encoding
  }
}
