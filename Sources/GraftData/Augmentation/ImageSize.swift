import GraftTensor

/// Height and width of an image in pixels.
public struct ImageSize: Sendable, Hashable {
  /// The number of rows.
  public let height: Int

  /// The number of columns.
  public let width: Int

  /// Traps unless both are positive.
  public init(height: Int, width: Int) {
    require(height > 0 && width > 0, "ImageSize: \(height) × \(width) pixels")
    self.height = height
    self.width = width
  }

  /// A square.
  public init(side: Int) {
    self.init(height: side, width: side)
  }

  /// The size of an image, shape `[channels, height, width]`; traps at any other.
  public init<Scalar>(of image: Tensor<Scalar>) {
    require(
      image.rank == 3 && image.count > 0, "\(image.shape) is not an image [channels, height, width]")
    self.init(height: image.shape[1], width: image.shape[2])
  }

  /// The other way round.
  var transposed: ImageSize { ImageSize(height: width, width: height) }
}

extension ImageSize: CustomStringConvertible {
  /// Height × width: `224 × 224`.
  public var description: String { "\(height) × \(width)" }
}
