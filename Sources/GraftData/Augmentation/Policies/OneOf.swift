import GraftTensor

/// Applies one of several augmentations, chosen by chance.
///
/// ```swift
/// OneOf([GaussianBlur(kernelSize: 5), GaussianNoise(standardDeviation: 0.1)])
/// OneOf([(ColorJitter(hue: 0.1), weight: 3), (ColorOperation.grayscale, weight: 1)])
/// ```
public struct OneOf: ImageAugmentation {
  /// What is chosen from.
  public let parts: [any Augmentation]
  /// How likely each part is, adding up to 1.
  public let probabilities: [Double]

  /// Parts of the same probability. Traps if there are none.
  public init(_ parts: [any Augmentation]) {
    let weighted: [(any Augmentation, weight: Double)] = parts.map { ($0, weight: 1) }
    self.init(weighted)
  }

  /// Parts with probabilities proportional to their weights.
  ///
  /// Traps unless weights are finite and not negative, and one of them positive.
  public init(_ parts: [(any Augmentation, weight: Double)]) {
    let weights = parts.map(\.weight)
    let sum = weights.reduce(0, +)
    require(
      sum > 0 && sum.isFinite && weights.allSatisfy { $0 >= 0 },
      "OneOf: weights \(weights) do not make probabilities")
    self.parts = parts.map(\.0)
    probabilities = weights.map { $0 / sum }
  }

  /// The image, varied by one of the parts.
  public func callAsFunction(
    _ image: Tensor<UInt8>, using generator: inout RandomGenerator
  ) -> Tensor<UInt8> {
    let part = choose(using: &generator)
    // A composition knows what to do with a part that works on numbers.
    return Compose([part])(image, using: &generator)
  }

  /// The input, varied by one of the parts.
  public func callAsFunction(
    _ image: Tensor<Float>, using generator: inout RandomGenerator
  ) -> Tensor<Float> {
    let part = choose(using: &generator)
    return part(image, using: &generator)
  }

  private func choose(using generator: inout RandomGenerator) -> any Augmentation {
    parts[generator.index(withProbabilities: probabilities)]
  }
}

extension RandomGenerator {
  /// A position in `probabilities`, each as likely as it says there.
  mutating func index(withProbabilities probabilities: [Double]) -> Int {
    var rest = unit()
    for (index, probability) in probabilities.enumerated() {
      if rest < probability { return index }
      rest -= probability
    }
    // What is left is rounding.
    return probabilities.lastIndex { $0 > 0 } ?? 0
  }
}
