import GraftTensor

/// Several augmentations, one after the other.
///
/// ```swift
/// let augmentation = RandomResizedCrop(side: 224) + HorizontalFlip() + RandomRotation(degrees: -10...10)
/// ```
///
/// Neighbours that are ``GeometricAugmentation``s are joined to one resampling as far as ``ImageWarp/joined(with:)`` can. Random
/// numbers are drawn in the order of the parts, joined or not. Parts that are not ``ImageAugmentation``s work on numbers.
public struct Compose: ImageAugmentation {
  /// The parts in the order they are applied.
  public let parts: [any Augmentation]

  /// The first is applied first. Parts that are compositions themselves are taken apart.
  public init(_ parts: [any Augmentation]) {
    self.parts = parts.flatMap { ($0 as? Compose)?.parts ?? [$0] }
  }

  /// The varied image. If a part is no ``ImageAugmentation``, numbers from there on, and bytes again in the end.
  public func callAsFunction(
    _ image: Tensor<UInt8>, using generator: inout RandomGenerator
  ) -> Tensor<UInt8> {
    switch AugmentedInput.bytes(image).varied(by: parts, using: &generator) {
    case .bytes(let bytes): bytes
    case .floats(let numbers): Tensor<UInt8>(intensities: numbers)
    }
  }

  /// The varied input.
  public func callAsFunction(
    _ image: Tensor<Float>, using generator: inout RandomGenerator
  ) -> Tensor<Float> {
    switch AugmentedInput.floats(image).varied(by: parts, using: &generator) {
    case .bytes(let bytes): Tensor<Float>(pixels: bytes)
    case .floats(let numbers): numbers
    }
  }
}

extension Augmentation {
  /// The left augmentation, then the right one.
  public static func + (left: Self, right: some Augmentation) -> Compose {
    Compose([left, right])
  }
}
