import GraftTensor

/// Shifts an image by up to `padding` pixels each way: pads all sides and cuts a window of the old size from a random
/// place.
public struct PaddedCrop: GeometricAugmentation {
  /// How many pixels are added on each side.
  public let padding: Int

  /// What the added pixels show.
  public let fill: FillColor

  /// Traps if `padding` is negative.
  public init(padding: Int, fill: FillColor = 0) {
    require(padding >= 0, "PaddedCrop: padding \(padding) is negative")
    self.padding = padding
    self.fill = fill
  }

  public func warp(of size: ImageSize, using generator: inout RandomGenerator) -> ImageWarp {
    let top = generator.integer(below: 2 * padding + 1) - padding
    let left = generator.integer(below: 2 * padding + 1) - padding
    return .window(of: size, top: top, left: left, size: size, fill: fill)
  }
}
