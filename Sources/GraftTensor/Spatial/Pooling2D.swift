/// How a pooling window moves over an image.
public struct Pooling2D: Sendable {
  /// Rows and columns of the window.
  public let kernel: (height: Int, width: Int)

  /// The distance between neighbouring windows.
  public let stride: (height: Int, width: Int)

  /// How far the windows reach beyond the image above and below, left and right.
  public let padding: (height: Int, width: Int)

  /// Whether a last window that reaches beyond the padding counts, as long as it starts inside the image or the padding
  /// above (left of) it.
  public let ceilMode: Bool

  /// A window of the given size.
  ///
  /// Traps unless sizes and strides are positive and the padding is at most half the window.
  /// - Parameters:
  ///   - kernel: rows and columns of the window.
  ///   - stride: the distance between windows; by default they lie side by side.
  ///   - padding: how far windows reach beyond the image. Default: 0.
  ///   - ceilMode: whether the number of windows is rounded up. Default: no.
  public init(
    kernel: (height: Int, width: Int), stride: (height: Int, width: Int)? = nil,
    padding: (height: Int, width: Int) = (0, 0), ceilMode: Bool = false
  ) {
    let stride = stride ?? kernel
    require(
      kernel.height > 0 && kernel.width > 0 && stride.height > 0 && stride.width > 0
        && padding.height >= 0 && padding.height <= kernel.height / 2
        && padding.width >= 0 && padding.width <= kernel.width / 2,
      "Pooling2D: kernel \(kernel), stride \(stride), padding \(padding) (at most half the kernel)")
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.ceilMode = ceilMode
  }
}

extension Pooling2D: Hashable {
  public static func == (left: Pooling2D, right: Pooling2D) -> Bool {
    left.kernel == right.kernel && left.stride == right.stride && left.padding == right.padding
      && left.ceilMode == right.ceilMode
  }

  public func hash(into hasher: inout Hasher) {
    for pair in [kernel, stride, padding] {
      hasher.combine(pair.height)
      hasher.combine(pair.width)
    }
    hasher.combine(ceilMode)
  }
}
