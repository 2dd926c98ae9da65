import GraftTensor

/// How the pixels near a place of an image are weighted when it is resized or warped.
///
/// Where resizing makes an image smaller, filters are stretched by the same factor, so that every pixel has its share in the result
/// (antialiasing); except for the nearest pixel, which remains one.
public struct ResamplingFilter: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    case nearest, triangle, cubic
  }

  let kind: Kind

  /// The pixel that the place lies in: for images whose values are not to be mixed.
  public static let nearest = ResamplingFilter(kind: .nearest)

  /// Weights that fall linearly to zero at a distance of one pixel: 1 − |x|.
  public static let bilinear = ResamplingFilter(kind: .triangle)

  /// Piecewise cubic weights over four pixels, some of them negative: sharper, and overshooting at edges.
  ///
  /// Keys: *Cubic Convolution Interpolation for Digital Image Processing*, 1981; with a = −½ where images are resized and
  /// a = −1 where they are warped, as in Pillow.
  public static let bicubic = ResamplingFilter(kind: .cubic)

  /// The distance, in pixels of the coarser image, from which on weights are zero.
  var support: Double {
    switch kind {
    case .nearest: return 0.5
    case .triangle: return 1
    case .cubic: return 2
    }
  }

  /// The weight at a distance in pixels of the coarser image, before the weights of a place are made to add up to 1, for
  /// resizing.
  package func weight(at distance: Double) -> Double {
    switch kind {
    case .nearest: return distance >= -0.5 && distance < 0.5 ? 1 : 0
    case .triangle: return max(0, 1 - abs(distance))
    case .cubic: return ResamplingFilter.cubic(distance)
    }
  }

  /// Keys' kernel with a = −½: 1 at 0, 0 at every other whole number and beyond 2.
  private static func cubic(_ distance: Double) -> Double {
    let a = -0.5
    let t = abs(distance)
    if t < 1 { return ((a + 2) * t - (a + 3)) * t * t + 1 }
    if t < 2 { return ((a * t - 5 * a) * t + 8 * a) * t - 4 * a }
    return 0
  }
}
