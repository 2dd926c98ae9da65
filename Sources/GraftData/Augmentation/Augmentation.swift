import GraftTensor

/// A random variation of an input that leaves its class as it is.
///
/// Augmentations work on one input before it is normalised: an image of shape `[channels, height, width]` with values from 0
/// to 1, a row of a table, … All inputs of a batch have to come out in one shape. Randomness is taken from the
/// generator alone; batches make one for each sample and epoch, so that results don't depend on the order of work.
///
/// ```swift
/// let augmentation = PaddedCrop(padding: 4) + HorizontalFlip()
/// ```
///
/// What varies images is better an ``ImageAugmentation``, and what moves their pixels a ``GeometricAugmentation``.
public protocol Augmentation: Sendable {
  /// The varied input.
  func callAsFunction(_ image: Tensor<Float>, using generator: inout RandomGenerator) -> Tensor<Float>
}

/// An augmentation of images that works on their bytes, as files and data sets hold them.
///
/// Bytes are a quarter of the memory, and what Pillow and torchvision work on. Write your own:
///
/// ```swift
/// struct RandomNegative: ImageAugmentation {
///   func callAsFunction(_ image: Tensor<UInt8>, using generator: inout RandomGenerator) -> Tensor<UInt8> {
///     generator.bernoulli(probability: 0.1) ? image.map { 255 - $0 } : image
///   }
/// }
/// ```
public protocol ImageAugmentation: Augmentation {
  /// The varied image, bytes of shape `[channels, height, width]`.
  func callAsFunction(_ image: Tensor<UInt8>, using generator: inout RandomGenerator) -> Tensor<UInt8>
}

extension ImageAugmentation {
  /// The varied image. It goes through bytes: values are multiplied by 255, rounded and confined to 0…255, and the varied bytes
  /// divided by 255. Traps at NaN, and where more than a tenth of the values lie outside of −0.5…1.5: these are no intensities from 0 to 1.
  public func callAsFunction(
    _ image: Tensor<Float>, using generator: inout RandomGenerator
  ) -> Tensor<Float> {
    // Noise may go a little beyond 0…1. Where many numbers are far from it they mean something else, and to cut them off would
    // destroy the image without a word.
    let strangers = image.scalars.count { $0 < -0.5 || $0 > 1.5 }
    require(
      10 * strangers <= image.count,
      "ImageAugmentation: \(strangers) of \(image.count) numbers are far from 0...1, so they are no intensities of an image. "
        + "Keep images as bytes, or divide them by their largest value; standardise after augmentation, with normalized(by:)"
    )
    return Tensor<Float>(pixels: self(Tensor<UInt8>(intensities: image), using: &generator))
  }
}

extension Tensor where Scalar == UInt8 {
  /// The nearest bytes to 255 times the numbers; those outside of 0…1 become 0 or 255. Traps at NaN.
  init(intensities: Tensor<Float>) {
    self.init((intensities * 255 + 0.5).clamped(to: 0...255))
  }
}

extension Tensor where Scalar == Float {
  /// Bytes divided by 255.
  init(pixels: Tensor<UInt8>) {
    self = Tensor<Float>(pixels) / 255
  }
}
