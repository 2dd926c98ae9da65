import GraftTensor

/// Exchanges two words drawn at random, several times.
///
/// Random swap of Wei, Zou: *EDA*, EMNLP 2019.
public struct WordSwap: TextAugmentation {
  /// The number of exchanges as a share of the number of words, rounded down, but at least one.
  public let rate: Double

  /// Traps unless `rate` is in 0…1.
  public init(rate: Double = 0.1) {
    requireProbability(rate, of: "WordSwap")
    self.rate = rate
  }

  public func callAsFunction(_ text: String, using generator: inout RandomGenerator) -> String {
    var words = SpacedWords(text)
    guard words.count > 1 else { return text }
    for _ in 0..<wordCount(words.count, atRate: rate) {
      let first = generator.integer(below: words.count)
      // One of the others, each as likely.
      let second = (first + 1 + generator.integer(below: words.count - 1)) % words.count
      words.swapAt(first, second)
    }
    return words.text
  }
}
