/// The tokens that a tokenizer knows, numbered from 0 without gaps.
///
/// Tokens are told apart by their code points: "é" written as one code point and as two are equal as Swift strings and two
/// different tokens.
public struct Vocabulary: Sendable {
  private(set) var table = ByteStringTable()

  /// The number of tokens, the added ones included: how many rows a model's embedding needs at least.
  public var count: Int { table.count }

  /// All tokens in the order of their ids.
  public var tokens: [String] { (0..<count).map(text) }

  /// The token with an id, `nil` if there is none.
  public func token(of id: Int32) -> String? {
    (0..<count).contains(Int(id)) ? text(Int(id)) : nil
  }

  /// The id of a token, `nil` if it is not in the vocabulary.
  public func id(of token: String) -> Int32? {
    table.index(of: token).map(Int32.init)
  }

  private func text(_ index: Int) -> String {
    String(decoding: table.bytes[table.range(of: index)], as: UTF8.self)
  }
}

extension Vocabulary {
  /// A token as a file lists it.
  struct Entry {
    var token: String
    var id: Int
    /// Where it stands: "line 3", say.
    var place: DataError.Place?
  }

  /// Longer tokens are refused: they would make reading a text slow, and no tokenizer has them.
  static let longestToken = 4096

  /// Checks that ids run from 0 without gaps and that no token occurs twice.
  init(_ entries: [Entry], file: String?) throws(DataError) {
    var order = [Int](repeating: -1, count: entries.count)
    for (index, entry) in entries.enumerated() {
      guard entry.token.utf8.count <= Self.longestToken else {
        throw DataError(
          .malformed, file: file, at: entry.place,
          "a token of \(entry.token.utf8.count) bytes, more than \(Self.longestToken)", advice: Self.advice)
      }
      guard (0..<entries.count).contains(entry.id) else {
        throw DataError(
          .malformed, file: file, at: entry.place,
          "token \"\(entry.token)\" has id \(entry.id), but \(entries.count) tokens have ids from 0 to \(entries.count - 1)",
          advice: "Ids have to run from 0 without gaps. " + Self.advice)
      }
      guard order[entry.id] < 0 else {
        throw DataError(
          .malformed, file: file, at: entry.place,
          "tokens \"\(entries[order[entry.id]].token)\" and \"\(entry.token)\" both have id \(entry.id)",
          advice: Self.advice)
      }
      order[entry.id] = index
    }
    for index in order {
      let entry = entries[index]
      guard table.index(of: entry.token) == nil else {
        throw DataError(
          .malformed, file: file, at: entry.place, "token \"\(entry.token)\" occurs twice",
          advice: Self.advice)
      }
      table.append(entry.token.utf8)
    }
  }

  private static let advice = "Take the tokenizer's files again from where they were published"
}
