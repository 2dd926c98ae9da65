import GraftTensor

/// Several augmentations, one after the other in an order by chance, each order equally likely.
public struct RandomOrder: ImageAugmentation {
  /// What is applied.
  public let parts: [any Augmentation]

  /// All of the parts are applied, each once.
  public init(_ parts: [any Augmentation]) {
    self.parts = parts
  }

  /// The image, varied by all parts.
  public func callAsFunction(
    _ image: Tensor<UInt8>, using generator: inout RandomGenerator
  ) -> Tensor<UInt8> {
    let parts = ordered(using: &generator)
    return parts(image, using: &generator)
  }

  /// The input, varied by all parts.
  public func callAsFunction(
    _ image: Tensor<Float>, using generator: inout RandomGenerator
  ) -> Tensor<Float> {
    let parts = ordered(using: &generator)
    return parts(image, using: &generator)
  }

  private func ordered(using generator: inout RandomGenerator) -> Compose {
    Compose(generator.permutation(of: parts.count).map { parts[$0] })
  }
}
