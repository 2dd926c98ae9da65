import GraftTensor

/// Cuts a window from the middle of an image. Where it is larger than the image, it shows the fill colour around it.
public struct CenterCrop: GeometricAugmentation {
  /// The size of the window.
  public let size: ImageSize

  /// What is shown beyond the image.
  public let fill: FillColor

  /// A window of the given size.
  public init(_ size: ImageSize, fill: FillColor = 0) {
    self.size = size
    self.fill = fill
  }

  /// A square window. Traps unless its side is positive.
  public init(side: Int, fill: FillColor = 0) {
    self.init(ImageSize(side: side), fill: fill)
  }

  /// A move of whole pixels; nothing is drawn.
  public func warp(of source: ImageSize, using generator: inout RandomGenerator) -> ImageWarp {
    .middle(of: source, size: size, fill: fill)
  }
}

/// Cuts a window from a random place of an image, each equally likely. Where it is larger than the image, it shows all of it at a random
/// place, and the fill colour around.
public struct RandomCrop: GeometricAugmentation {
  /// The size of the window.
  public let size: ImageSize

  /// What is shown beyond the image.
  public let fill: FillColor

  /// A window of the given size.
  public init(_ size: ImageSize, fill: FillColor = 0) {
    self.size = size
    self.fill = fill
  }

  /// A square window. Traps unless its side is positive.
  public init(side: Int, fill: FillColor = 0) {
    self.init(ImageSize(side: side), fill: fill)
  }

  /// A move of whole pixels; the row is drawn first, then the column.
  public func warp(of source: ImageSize, using generator: inout RandomGenerator) -> ImageWarp {
    func start(_ difference: Int) -> Int {
      let distance = generator.integer(below: abs(difference) + 1)
      return difference < 0 ? -distance : distance
    }
    let top = start(source.height - size.height)
    let left = start(source.width - size.width)
    return .window(of: source, top: top, left: left, size: size, fill: fill)
  }
}

extension Tensor where Scalar == UInt8 {
  /// The middle of an image, shape `[channels, size.height, size.width]`; where that is larger, with the fill colour around it.
  public func centerCropped(to size: ImageSize, fill: FillColor = 0) -> Tensor {
    warped(by: .middle(of: ImageSize(of: self), size: size, fill: fill))
  }
}

extension ImageWarp {
  /// The window in the middle of an image.
  fileprivate static func middle(of source: ImageSize, size: ImageSize, fill: FillColor) -> ImageWarp {
    let origin = source.centeredOrigin(of: size)
    return .window(of: source, top: origin.top, left: origin.left, size: size, fill: fill)
  }
}
