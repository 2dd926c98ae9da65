/// Words that may stand in the place of others.
///
/// ```swift
/// let synonyms: Synonyms = ["film": ["movie", "picture"], "good": ["fine"]]
/// ```
///
/// The library brings no dictionary. Words are looked up in lower case, without the punctuation about them, which stays. Words that have no synonyms
/// are never replaced: leave out stop words.
public struct Synonyms: Sendable {
  private let lookup: @Sendable (_ word: String) -> [String]

  /// Asks a function, which gets a word in lower case and returns its synonyms, or none.
  public init(_ lookup: @escaping @Sendable (_ word: String) -> [String]) {
    self.lookup = lookup
  }

  /// Looks words up in a dictionary.
  public init(_ dictionary: [String: [String]]) {
    let lowercased = Dictionary(dictionary.map { ($0.lowercased(), $1) }, uniquingKeysWith: +)
    lookup = { lowercased[$0] ?? [] }
  }

  /// The synonyms of a word of a text that differ from it.
  func synonyms(of word: Substring) -> [String] {
    let core = String(Synonyms.core(of: word)).lowercased()
    return core.isEmpty ? [] : lookup(core).filter { !$0.isEmpty && $0.lowercased() != core }
  }

  /// A word of a text with another in its place: the punctuation about it stays, and so does a capital at its beginning.
  static func replacing(_ word: Substring, by synonym: String) -> String {
    let core = core(of: word)
    let isCapital = core.first?.isUppercase ?? false
    let replacement = isCapital ? synonym.prefix(1).uppercased() + synonym.dropFirst() : synonym
    return word[..<core.startIndex] + replacement + word[core.endIndex...]
  }

  /// The word without the punctuation before and after it.
  private static func core(of word: Substring) -> Substring {
    let isPart = { (character: Character) in character.isLetter || character.isNumber }
    guard let first = word.firstIndex(where: isPart), let last = word.lastIndex(where: isPart) else {
      return word[word.endIndex...]
    }
    return word[first...last]
  }
}

extension Synonyms: ExpressibleByDictionaryLiteral {
  /// Words with their synonyms.
  public init(dictionaryLiteral elements: (String, [String])...) {
    self.init(Dictionary(elements, uniquingKeysWith: +))
  }
}
