import GraftTensor

/// Mirrors an image left to right, with a probability.
public struct HorizontalFlip: Augmentation {
  /// How likely an image is mirrored.
  public let probability: Double

  /// Traps unless `probability` is in 0…1.
  public init(probability: Double = 0.5) {
    require(
      probability >= 0 && probability <= 1, "HorizontalFlip: probability \(probability) is not in 0...1")
    self.probability = probability
  }

  /// The image, shape `[channels, height, width]`, mirrored or not.
  public func callAsFunction(
    _ image: Tensor<Float>, using generator: inout RandomGenerator
  ) -> Tensor<Float> {
    // 53 random bits: a number in 0..<1, each as likely.
    let draw = Double(generator.next() >> 11) * 0x1p-53
    return draw < probability ? image.flipped(along: [-1]) : image
  }
}
