import GraftTensor

/// One of the four operations of EDA for each text, each as likely: synonym replacement, insertion, swap and deletion.
///
/// Wei, Zou: *EDA: Easy Data Augmentation Techniques for Boosting Performance on Text Classification Tasks*, EMNLP 2019. It helps with few labelled
/// texts; the authors advise a rate of 0.05 for 500 texts or fewer and of 0.1 for more.
public struct EasyDataAugmentation: TextAugmentation {
  private let operations: [any TextAugmentation]

  /// The operations at one rate.
  ///
  /// - Parameters:
  ///   - synonyms: where synonyms come from. `nil`: texts are only swapped and deleted from, which need none.
  ///   - rate: the share of words that an operation changes, and the probability of a deletion. Traps unless it is in 0…1.
  public init(synonyms: Synonyms?, rate: Double = 0.1) {
    requireProbability(rate, of: "EasyDataAugmentation")
    let replacing: [any TextAugmentation] =
      synonyms.map { [SynonymReplacement($0, rate: rate), SynonymInsertion($0, rate: rate)] } ?? []
    operations = replacing + [WordSwap(rate: rate), WordDeletion(probability: rate)]
  }

  public func callAsFunction(_ text: String, using generator: inout RandomGenerator) -> String {
    operations[generator.integer(below: operations.count)](text, using: &generator)
  }
}
