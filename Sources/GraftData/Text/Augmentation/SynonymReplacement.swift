import GraftTensor

/// Puts synonyms in the place of words drawn at random.
///
/// Synonym replacement of Wei, Zou: *EDA*, EMNLP 2019.
public struct SynonymReplacement: TextAugmentation {
  /// Where synonyms come from.
  public let synonyms: Synonyms

  /// The number of words replaced as a share of the number of words, rounded down, but at least one; only words that have synonyms are.
  public let rate: Double

  /// Traps unless `rate` is in 0…1.
  public init(_ synonyms: Synonyms, rate: Double = 0.1) {
    requireProbability(rate, of: "SynonymReplacement")
    self.synonyms = synonyms
    self.rate = rate
  }

  public func callAsFunction(_ text: String, using generator: inout RandomGenerator) -> String {
    var words = SpacedWords(text)
    var left = wordCount(words.count, atRate: rate)
    for index in generator.permutation(of: words.count) where left > 0 {
      let candidates = synonyms.synonyms(of: words[index])
      guard !candidates.isEmpty else { continue }
      let synonym = candidates[generator.integer(below: candidates.count)]
      words[index] = Synonyms.replacing(words[index], by: synonym)[...]
      left -= 1
    }
    return words.text
  }
}
