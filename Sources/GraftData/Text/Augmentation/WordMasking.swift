import GraftTensor

/// Puts a token in the place of words at random, such as the `[MASK]` that a BERT's tokenizer reads as one.
public struct WordMasking: TextAugmentation {
  /// What stands in the place of a word.
  public let token: String

  /// How likely each word is masked.
  public let probability: Double

  /// Traps unless `probability` is in 0…1.
  public init(token: String = "[MASK]", probability: Double = 0.1) {
    requireProbability(probability, of: "WordMasking")
    self.token = token
    self.probability = probability
  }

  /// The text with words masked; one of several words always stays.
  public func callAsFunction(_ text: String, using generator: inout RandomGenerator) -> String {
    var words = SpacedWords(text)
    let masked = words.chosen(withProbability: probability, using: &generator)
    for index in masked.indices where masked[index] { words[index] = token[...] }
    return words.text
  }
}
