import GraftTensor

/// Puts synonyms of words drawn at random somewhere into the text.
///
/// Random insertion of Wei, Zou: *EDA*, EMNLP 2019.
public struct SynonymInsertion: TextAugmentation {
  /// Where synonyms come from.
  public let synonyms: Synonyms

  /// The number of insertions as a share of the number of words, rounded down, but at least one if any word has a synonym.
  public let rate: Double

  /// Traps unless `rate` is in 0…1.
  public init(_ synonyms: Synonyms, rate: Double = 0.1) {
    requireProbability(rate, of: "SynonymInsertion")
    self.synonyms = synonyms
    self.rate = rate
  }

  public func callAsFunction(_ text: String, using generator: inout RandomGenerator) -> String {
    var words = SpacedWords(text)
    let candidates = words.words.map { synonyms.synonyms(of: $0) }.filter { !$0.isEmpty }
    guard !candidates.isEmpty else { return text }
    for _ in 0..<wordCount(words.count, atRate: rate) {
      let chosen = candidates[generator.integer(below: candidates.count)]
      let place = generator.integer(below: words.count + 1)
      words.insert(chosen[generator.integer(below: chosen.count)], at: place)
    }
    return words.text
  }
}
