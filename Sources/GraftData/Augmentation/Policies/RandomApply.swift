import GraftTensor

/// An augmentation that is applied with a probability.
///
/// ```swift
/// RandomApply(ColorJitter(brightness: 0.4, contrast: 0.4), probability: 0.8)
/// RandomApply(.invert, probability: 0.1)
/// ```
///
/// It works on bytes, and is joined with its geometric neighbours, where its part is.
public struct RandomApply<Part: Augmentation>: Augmentation {
  /// What is applied.
  public let part: Part
  /// How likely it is applied.
  public let probability: Double

  /// Traps unless the probability is in 0…1.
  public init(_ part: Part, probability: Double = 0.5) {
    self.part = part
    self.probability = checkedProbability(probability, of: "RandomApply")
  }

  /// The varied input, or the input itself.
  public func callAsFunction(
    _ image: Tensor<Float>, using generator: inout RandomGenerator
  ) -> Tensor<Float> {
    generator.bernoulli(probability: probability) ? part(image, using: &generator) : image
  }
}

extension RandomApply where Part == ColorOperation {
  /// A colour operation with a probability. Traps unless that is in 0…1.
  public init(_ operation: ColorOperation, probability: Double = 0.5) {
    part = operation
    self.probability = checkedProbability(probability, of: "RandomApply")
  }
}

extension RandomApply: ImageAugmentation where Part: ImageAugmentation {
  /// The varied image, or the image itself.
  public func callAsFunction(
    _ image: Tensor<UInt8>, using generator: inout RandomGenerator
  ) -> Tensor<UInt8> {
    generator.bernoulli(probability: probability) ? part(image, using: &generator) : image
  }
}

extension RandomApply: GeometricAugmentation where Part: GeometricAugmentation {
  /// The part's warp, or none.
  public func warp(of size: ImageSize, using generator: inout RandomGenerator) -> ImageWarp {
    generator.bernoulli(probability: probability)
      ? part.warp(of: size, using: &generator) : .identity(of: size)
  }
}
