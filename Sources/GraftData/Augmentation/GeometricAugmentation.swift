import GraftTensor

/// An augmentation that moves pixels: it says where each place of its result comes from.
///
/// ``Compose`` joins neighbours of this kind, so that an image is resampled only once: faster, and sharper than one
/// resampling after the other. Write your own:
///
/// ```swift
/// /// Squeezes an image to between a half and all of its width.
/// struct RandomSqueeze: GeometricAugmentation {
///   func warp(of size: ImageSize, using generator: inout RandomGenerator) -> ImageWarp {
///     let factor = generator.uniform(in: 1...2)
///     let middle = Double(size.width) / 2
///     return ImageWarp(from: size, map: ProjectiveMap(x: [factor, 0, middle * (1 - factor)], y: [0, 1, 0]))
///   }
/// }
/// ```
public protocol GeometricAugmentation: ImageAugmentation {
  /// The warp of an image of the given size. All random numbers are drawn here.
  func warp(of size: ImageSize, using generator: inout RandomGenerator) -> ImageWarp
}

extension GeometricAugmentation {
  /// The warped image.
  public func callAsFunction(
    _ image: Tensor<UInt8>, using generator: inout RandomGenerator
  ) -> Tensor<UInt8> {
    image.warped(by: warp(of: ImageSize(of: image), using: &generator))
  }

  /// The warped image, of numbers in any range. Whole pixels are moved as they are; a warp that needs more rounds to 256 levels: from 0 to 1,
  /// or as far as the numbers go.
  public func callAsFunction(
    _ image: Tensor<Float>, using generator: inout RandomGenerator
  ) -> Tensor<Float> {
    image.warped(by: warp(of: ImageSize(of: image), using: &generator))
  }
}
