import GraftTensor

/// How the pixels near a place of an image are weighted when it is resized.
///
/// Where an image shrinks, filters are stretched by the same factor, so that every pixel has its share in the result
/// (antialiasing).
public struct ResamplingFilter: Sendable, Hashable {
  private enum Kind: Sendable, Hashable {
    case triangle
  }

  private let kind: Kind

  /// Weights that fall linearly to zero at a distance of one pixel: 1 − |x|.
  public static let bilinear = ResamplingFilter(kind: .triangle)

  /// The distance, in pixels of the coarser image, from which on weights are zero.
  var support: Double {
    switch kind {
    case .triangle: return 1
    }
  }

  /// The weight at a distance in pixels of the coarser image, before the weights of a place are made to add up to 1.
  func weight(at distance: Double) -> Double {
    switch kind {
    case .triangle: return max(0, 1 - abs(distance))
    }
  }
}
