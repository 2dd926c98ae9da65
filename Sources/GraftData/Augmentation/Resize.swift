import GraftTensor

/// Gives images another size: all the same, or the same shorter side.
///
/// ```swift
/// let preparation = Resize(shorterSide: 256) + CenterCrop(side: 224)
/// ```
///
/// Antialiased; the bytes are those of Pillow's `Image.resize`.
public struct Resize: GeometricAugmentation {
  private enum Target: Sendable {
    case size(ImageSize)
    case shorterSide(Int)
  }

  private let target: Target

  /// How pixels are weighted.
  public let filter: ResamplingFilter

  /// To a size, whatever the image's proportions.
  public init(to size: ImageSize, filter: ResamplingFilter = .bilinear) {
    target = .size(size)
    self.filter = filter
  }

  /// So that the shorter side has a length; the longer one follows, rounded down. Traps unless it is positive.
  public init(shorterSide length: Int, filter: ResamplingFilter = .bilinear) {
    require(length > 0, "Resize: a shorter side of \(length) pixels")
    target = .shorterSide(length)
    self.filter = filter
  }

  public func warp(of size: ImageSize, using generator: inout RandomGenerator) -> ImageWarp {
    switch target {
    case .size(let target): .resizing(size, to: target, filter: filter)
    case .shorterSide(let length): .resizing(size, to: size.scaled(shorterSide: length), filter: filter)
    }
  }
}

extension ImageWarp {
  /// Stretches or shrinks a whole image, antialiased.
  public static func resizing(
    _ source: ImageSize, to size: ImageSize, filter: ResamplingFilter = .bilinear
  ) -> ImageWarp {
    ImageWarp(
      from: source, to: size,
      map: .scaling(
        x: Double(source.width) / Double(size.width), y: Double(source.height) / Double(size.height)),
      filter: filter, isAntialiased: true)
  }
}
