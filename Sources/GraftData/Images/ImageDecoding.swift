import GraftTensor

/// How the bytes of an image file become a tensor of pixels.
///
/// ```swift
/// let photograph = try Tensor<UInt8>(image: file)                     // [3, height, width]
/// let scan = try Tensor<UInt8>(image: file, decodedBy: .gray)         // [1, height, width]
/// ```
public struct ImageDecoding: Sendable, Hashable {
  /// The channels of the result.
  public enum Channels: Sendable, Hashable {
    /// Red, green and blue; those of a gray image are equal.
    case rgb
    /// Luma: 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601).
    case gray

    /// How many there are.
    public var count: Int { self == .rgb ? 3 : 1 }
  }

  /// What becomes of transparency.
  public enum Alpha: Sendable, Hashable {
    /// The colours stay as the file has them, also where they are transparent.
    case dropped
    /// The image lies over a colour, of which as much is seen as it is transparent.
    case over(red: UInt8, green: UInt8, blue: UInt8)

    /// The image lies on white paper.
    public static let overWhite = Alpha.over(red: 255, green: 255, blue: 255)
  }

  /// The channels of the result.
  public var channels: Channels

  /// What becomes of transparency. By default it is dropped, because that is how images were prepared for published
  /// weights: Pillow's `convert("RGB")` does so.
  public var alpha: Alpha

  /// Whether the image is turned upright where the file says how (EXIF orientation). By default it is.
  public var appliesOrientation: Bool

  /// The shorter side that suffices, in pixels: a JPEG file is then decoded to 1/2, 1/4 or 1/8 of its size, as far as
  /// the shorter side does not become smaller, rounded down, than this. By default images come in full size.
  ///
  /// Several times faster for large photographs that are made small anyway. Pixels differ a little from those of the
  /// full image made small; Pillow's `draft` gives the same.
  public var sufficientShortSide: Int?

  /// What is accepted at most: width times height. By default 100 million, 300 MB in colour.
  public var maximumPixels: Int

  /// What is accepted at most of a file, in bytes. By default 256 MiB.
  public var maximumBytes: Int

  /// A way to decode; see the properties for the defaults.
  ///
  /// Traps unless the limits and the side are positive.
  public init(
    channels: Channels = .rgb, alpha: Alpha = .dropped, appliesOrientation: Bool = true,
    sufficientShortSide: Int? = nil, maximumPixels: Int = 100_000_000, maximumBytes: Int = 1 << 28
  ) {
    require(
      maximumPixels > 0 && maximumBytes > 0 && sufficientShortSide ?? 1 > 0,
      "ImageDecoding: limits and the short side have to be positive")
    self.channels = channels
    self.alpha = alpha
    self.appliesOrientation = appliesOrientation
    self.sufficientShortSide = sufficientShortSide
    self.maximumPixels = maximumPixels
    self.maximumBytes = maximumBytes
  }

  /// Red, green and blue, upright, in full size.
  public static let rgb = ImageDecoding()

  /// One channel of luma, upright, in full size.
  public static let gray = ImageDecoding(channels: .gray)
}
