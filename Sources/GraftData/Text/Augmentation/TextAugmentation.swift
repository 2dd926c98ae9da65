import GraftTensor

/// A random variation of a text that leaves its class as it is.
///
/// Randomness is taken from the generator alone; ``TextDataset/augmented(by:seed:epoch:)`` makes one for each text and epoch. A text with
/// words keeps at least one.
///
/// ```swift
/// let augmentation = SynonymReplacement(synonyms, rate: 0.1) + WordDeletion(probability: 0.1).applied(withProbability: 0.5)
/// ```
public protocol TextAugmentation: Sendable {
  /// The varied text.
  func callAsFunction(_ text: String, using generator: inout RandomGenerator) -> String
}

/// Several variations of a text, one after the other.
public struct TextAugmentationChain: TextAugmentation {
  /// The parts in the order they are applied.
  public let parts: [any TextAugmentation]

  /// A chain of variations, the first applied first. Chains among them are taken apart.
  public init(_ parts: [any TextAugmentation]) {
    self.parts = parts.flatMap { ($0 as? TextAugmentationChain)?.parts ?? [$0] }
  }

  public func callAsFunction(_ text: String, using generator: inout RandomGenerator) -> String {
    parts.reduce(text) { $1($0, using: &generator) }
  }
}

/// A variation that befalls only some texts; see ``TextAugmentation/applied(withProbability:)``.
public struct OccasionalTextAugmentation: TextAugmentation {
  /// The variation.
  public let augmentation: any TextAugmentation

  /// How likely a text is varied.
  public let probability: Double

  /// Traps unless `probability` is in 0…1.
  public init(_ augmentation: any TextAugmentation, probability: Double) {
    requireProbability(probability, of: "OccasionalTextAugmentation")
    self.augmentation = augmentation
    self.probability = probability
  }

  public func callAsFunction(_ text: String, using generator: inout RandomGenerator) -> String {
    generator.bernoulli(probability: probability) ? augmentation(text, using: &generator) : text
  }
}

extension TextAugmentation {
  /// The left variation, then the right one.
  public static func + (left: Self, right: some TextAugmentation) -> TextAugmentationChain {
    TextAugmentationChain([left, right])
  }

  /// This variation for some texts, by chance; the others stay as they are. Traps unless `probability` is in 0…1.
  public func applied(withProbability probability: Double) -> OccasionalTextAugmentation {
    OccasionalTextAugmentation(self, probability: probability)
  }
}

/// Traps unless a share or probability is in 0…1.
func requireProbability(_ probability: Double, of operation: String) {
  require(probability >= 0 && probability <= 1, "\(operation): \(probability) is not in 0...1")
}
