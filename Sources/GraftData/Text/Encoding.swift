/// A text as a model reads it: the ids of its tokens, and where each token comes from.
///
/// The arrays have one element for each token, special tokens included.
public struct Encoding: Sendable {
  /// The tokens' ids.
  public private(set) var ids: [Int32] = []

  /// The type (segment) of each token: for BERT 0 in the first text, 1 in the second.
  public private(set) var typeIDs: [Int32] = []

  /// Which Unicode code points (`Unicode.Scalar`s, not `Character`s or bytes) of its text each token covers, counted from 0
  /// as in Python; `0..<0` for special tokens that were added.
  ///
  /// Several tokens may share a code point, where it is written with several. For input that was already cut into words the
  /// offsets are within the token's word. ``ranges(in:sequence:)`` turns them into places in a `String`.
  public private(set) var offsets: [Range<Int>] = []

  /// The number of the word that each token is part of, from 0 in each text; `nil` for special tokens that were added.
  ///
  /// For input that was already cut into words these are its indices. Otherwise they are the words that the tokenizer
  /// found, with punctuation as words of its own.
  public private(set) var wordIndices: [Int?] = []

  /// Where the tokens of the first and, if there is one, the second text stand.
  public private(set) var sequences: [Range<Int>]

  /// What the ids stand for.
  public let vocabulary: Vocabulary

  init(vocabulary: Vocabulary, texts: Int, capacity: Int) {
    self.vocabulary = vocabulary
    sequences = Array(repeating: 0..<0, count: texts)
    ids.reserveCapacity(capacity)
    typeIDs.reserveCapacity(capacity)
    offsets.reserveCapacity(capacity)
    wordIndices.reserveCapacity(capacity)
  }

  /// The number of tokens.
  public var count: Int { ids.count }

  /// The tokens as the vocabulary writes them: with "##" where a word goes on, or "Ġ" for a space.
  public var tokens: [String] { ids.map { vocabulary.token(of: $0) ?? "" } }

  /// Whether each token is a special token that was added. Special tokens that stood in the text do not count.
  public var specialTokenMask: [Bool] {
    var mask = [Bool](repeating: true, count: count)
    for sequence in sequences {
      for index in sequence { mask[index] = false }
    }
    return mask
  }
}

extension Encoding {
  mutating func appendSpecial(_ special: [Int32], type: Int32) {
    for id in special {
      ids.append(id)
      typeIDs.append(type)
      offsets.append(0..<0)
      wordIndices.append(nil)
    }
  }

  mutating func append(_ text: TokenSequence, number: Int, type: Int32) {
    let start = count
    ids.append(contentsOf: text.ids)
    typeIDs.append(contentsOf: repeatElement(type, count: text.count))
    for index in 0..<text.count {
      offsets.append(Int(text.starts[index])..<Int(text.ends[index]))
      wordIndices.append(Int(text.words[index]))
    }
    sequences[number] = start..<count
  }
}
