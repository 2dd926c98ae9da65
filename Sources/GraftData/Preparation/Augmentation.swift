import GraftTensor

/// A random variation of an image that leaves its class as it is.
///
/// Augmentations work on one image, shape `[channels, height, width]`, before it is normalised: 8-bit images have
/// values from 0 to 1 there. All images of a data set have to come out in one shape. Randomness is taken from the
/// generator alone; batches make one for each sample and epoch, so that results don't depend on the order of work.
///
/// ```swift
/// let augmentation = PaddedCrop(padding: 4) + HorizontalFlip()
/// ```
public protocol Augmentation: Sendable {
  /// The varied image.
  func callAsFunction(_ image: Tensor<Float>, using generator: inout RandomGenerator) -> Tensor<Float>
}

/// Several augmentations, one after the other.
public struct AugmentationChain: Augmentation {
  /// The parts in the order they are applied.
  public let parts: [any Augmentation]

  /// A chain of augmentations, the first applied first.
  public init(_ parts: [any Augmentation]) {
    self.parts = parts
  }

  public func callAsFunction(
    _ image: Tensor<Float>, using generator: inout RandomGenerator
  ) -> Tensor<Float> {
    parts.reduce(image) { $1($0, using: &generator) }
  }
}

extension Augmentation {
  /// The left augmentation, then the right one.
  public static func + (left: Self, right: some Augmentation) -> AugmentationChain {
    let first = (left as? AugmentationChain)?.parts ?? [left]
    return AugmentationChain(first + [right])
  }
}
