import GraftTensor

/// Leaves words out at random.
///
/// Random deletion of Wei, Zou: *EDA: Easy Data Augmentation Techniques for Boosting Performance on Text Classification Tasks*, EMNLP 2019. If all
/// words would go, one that is drawn at random stays.
public struct WordDeletion: TextAugmentation {
  /// How likely each word is left out.
  public let probability: Double

  /// Traps unless `probability` is in 0…1.
  public init(probability: Double = 0.1) {
    requireProbability(probability, of: "WordDeletion")
    self.probability = probability
  }

  public func callAsFunction(_ text: String, using generator: inout RandomGenerator) -> String {
    var words = SpacedWords(text)
    let removed = words.chosen(withProbability: probability, using: &generator)
    words.remove { removed[$0] }
    return words.text
  }
}
