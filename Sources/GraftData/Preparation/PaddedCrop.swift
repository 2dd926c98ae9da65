import GraftTensor

/// Shifts an image by up to `padding` pixels each way: pads all sides and cuts a window of the old size from a random
/// place.
public struct PaddedCrop: Augmentation {
  /// How many pixels are added on each side.
  public let padding: Int

  /// The value of the added pixels, before normalisation.
  public let fill: Float

  /// Traps if `padding` is negative.
  public init(padding: Int, fill: Float = 0) {
    require(padding >= 0, "PaddedCrop: padding \(padding) is negative")
    self.padding = padding
    self.fill = fill
  }

  /// The image, shifted, in its own shape `[channels, height, width]`. Traps unless it has three axes.
  public func callAsFunction(
    _ image: Tensor<Float>, using generator: inout RandomGenerator
  ) -> Tensor<Float> {
    require(image.rank == 3, "PaddedCrop: \(image.shape) is not an image [channels, height, width]")
    let top = generator.integer(below: 2 * padding + 1)
    let left = generator.integer(below: 2 * padding + 1)
    return image.padded([(0, 0), (padding, padding), (padding, padding)], with: fill)
      .slice(top..<(top + image.shape[1]), along: 1)
      .slice(left..<(left + image.shape[2]), along: 2)
  }
}
