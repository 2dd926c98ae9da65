import GraftTensor

/// How many pixels are added on each side of an image.
public struct ImagePadding: Sendable, Hashable {
  public let top: Int
  public let left: Int
  public let bottom: Int
  public let right: Int

  /// Traps if any is negative.
  public init(top: Int = 0, left: Int = 0, bottom: Int = 0, right: Int = 0) {
    require(
      min(top, left, bottom, right) >= 0, "ImagePadding: \(top), \(left), \(bottom), \(right) pixels")
    self.top = top
    self.left = left
    self.bottom = bottom
    self.right = right
  }

  /// The same on every side.
  public init(_ width: Int) {
    self.init(top: width, left: width, bottom: width, right: width)
  }
}

extension ImagePadding: ExpressibleByIntegerLiteral {
  public init(integerLiteral width: Int) { self.init(width) }
}

/// Adds pixels of one colour around an image.
public struct Pad: GeometricAugmentation {
  public let padding: ImagePadding
  public let fill: FillColor

  /// - Parameters:
  ///   - padding: how many pixels are added; a number for the same on every side.
  ///   - fill: their colour. Default: 0.
  public init(_ padding: ImagePadding, fill: FillColor = 0) {
    self.padding = padding
    self.fill = fill
  }

  public func warp(of size: ImageSize, using generator: inout RandomGenerator) -> ImageWarp {
    let whole = ImageSize(
      height: padding.top + size.height + padding.bottom, width: padding.left + size.width + padding.right)
    return .window(of: size, top: -padding.top, left: -padding.left, size: whole, fill: fill)
  }
}

/// What pixels that are added around an image repeat of it. For a row `a b c`, two on each side:
public enum BorderMode: Sendable, Hashable, CaseIterable {
  /// The outermost pixel: `a a | a b c | c c`.
  case edge
  /// The image mirrored at the middle of its outermost pixel: `c b | a b c | b a`.
  case reflect
  /// The image mirrored at its edge: `b a | a b c | c b`.
  case symmetric
}

/// Continues an image beyond its edges with what it shows.
public struct BorderPad: ImageAugmentation {
  public let padding: ImagePadding
  public let mode: BorderMode

  /// - Parameters:
  ///   - padding: how many pixels are added; a number for the same on every side.
  ///   - mode: what they repeat.
  public init(_ padding: ImagePadding, mode: BorderMode) {
    self.padding = padding
    self.mode = mode
  }

  public func callAsFunction(
    _ image: Tensor<UInt8>, using generator: inout RandomGenerator
  ) -> Tensor<UInt8> {
    image.bordered(by: padding, mode: mode)
  }
}

extension Tensor where Scalar == UInt8 {
  /// This image with more pixels around it that repeat what it shows.
  ///
  /// - Returns: `[channels, top + height + bottom, left + width + right]` from `[channels, height, width]`.
  ///
  /// Where more is added than there is to be mirrored, mirrors face each other.
  public func bordered(by padding: ImagePadding, mode: BorderMode) -> Tensor {
    let size = ImageSize(of: self)
    return rearranged(
      rows: (-padding.top..<(size.height + padding.bottom)).map { mode.position($0, of: size.height) },
      columns: (-padding.left..<(size.width + padding.right)).map { mode.position($0, of: size.width) })
  }
}

extension BorderMode {
  /// The position of an axis that one beyond it repeats.
  fileprivate func position(_ position: Int, of length: Int) -> Int {
    // There and back again.
    let period: Int
    switch self {
    case .edge: return min(max(position, 0), length - 1)
    case .reflect: period = max(2 * (length - 1), 1)
    case .symmetric: period = 2 * length
    }
    let place = (position % period + period) % period
    return place < length ? place : period - place - (self == .symmetric ? 1 : 0)
  }
}
