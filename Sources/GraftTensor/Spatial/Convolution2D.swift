/// How a convolution's window moves over an image.
public struct Convolution2D: Sendable {
  /// The distance between neighbouring windows.
  public let stride: (height: Int, width: Int)

  /// Rows of zeros above and below the image, columns of zeros to the left and the right.
  public let padding: (height: Int, width: Int)

  /// The distance between neighbouring elements of a window; 1 leaves no gaps.
  public let dilation: (height: Int, width: Int)

  /// Into how many equal parts the channels are divided; each part of the output sees its part of the input only.
  public let groups: Int

  /// A window that moves by `stride` over an image with `padding` around it.
  ///
  /// Traps unless strides, dilations and groups are positive and paddings not negative.
  public init(
    stride: (height: Int, width: Int) = (1, 1), padding: (height: Int, width: Int) = (0, 0),
    dilation: (height: Int, width: Int) = (1, 1), groups: Int = 1
  ) {
    require(
      stride.height > 0 && stride.width > 0 && dilation.height > 0 && dilation.width > 0 && groups > 0
        && padding.height >= 0 && padding.width >= 0,
      "Convolution2D: stride \(stride), padding \(padding), dilation \(dilation), groups \(groups)")
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
  }
}

extension Convolution2D: Hashable {
  public static func == (left: Convolution2D, right: Convolution2D) -> Bool {
    left.stride == right.stride && left.padding == right.padding && left.dilation == right.dilation
      && left.groups == right.groups
  }

  public func hash(into hasher: inout Hasher) {
    for pair in [stride, padding, dilation] {
      hasher.combine(pair.height)
      hasher.combine(pair.width)
    }
    hasher.combine(groups)
  }
}
