import GraftTensor

/// Turns an image by a random angle.
public struct RandomRotation: GeometricAugmentation {
  /// The angles, counterclockwise, each equally likely.
  public let degrees: ClosedRange<Double>

  /// Whether the result grows so that it shows the whole image. All results of a batch have to be of one size in the end.
  public let expands: Bool

  /// The pixels that are weighted.
  public let filter: ResamplingFilter

  /// What is shown beyond the image.
  public let fill: FillColor

  /// Traps unless the angles are finite.
  ///
  /// - Parameters:
  ///   - degrees: the angles, counterclockwise.
  ///   - expands: whether the result shows all of the image. Default: no, its corners are cut.
  ///   - filter: the pixels that are weighted. Default: bilinear.
  ///   - fill: what is shown beyond the image. Default: 0.
  public init(
    degrees: ClosedRange<Double>, expands: Bool = false, filter: ResamplingFilter = .bilinear,
    fill: FillColor = 0
  ) {
    require(
      degrees.lowerBound.isFinite && degrees.upperBound.isFinite, "RandomRotation: angles \(degrees)")
    self.degrees = degrees
    self.expands = expands
    self.filter = filter
    self.fill = fill
  }

  public func warp(of size: ImageSize, using generator: inout RandomGenerator) -> ImageWarp {
    .rotation(
      of: size, byDegrees: generator.uniform(in: degrees), expands: expands, filter: filter, fill: fill)
  }
}

extension ImageWarp {
  /// Turns an image.
  ///
  /// - Parameters:
  ///   - size: of the image.
  ///   - degrees: the angle, counterclockwise. Right angles move whole pixels where the image allows it.
  ///   - center: what stays where it is, x to the right and y down from the upper left corner. Default: the middle. Without meaning if
  ///     the result expands.
  ///   - expands: whether the result grows, by whole pixels, so that it shows the whole image. Default: no.
  ///   - filter: the pixels that are weighted. Default: bilinear.
  ///   - fill: what is shown beyond the image. Default: 0.
  public static func rotation(
    of size: ImageSize, byDegrees degrees: Double, around center: (x: Double, y: Double)? = nil,
    expands: Bool = false, filter: ResamplingFilter = .bilinear, fill: FillColor = 0
  ) -> ImageWarp {
    let back = ProjectiveMap.rotation(degrees: -degrees)
    guard expands else {
      return ImageWarp(from: size, map: back.around(center ?? size.middle), filter: filter, fill: fill)
    }
    let whole = size.turned(byDegrees: degrees)
    // The middles lie upon each other.
    let shift = ProjectiveMap.translation(
      x: size.middle.x - whole.middle.x, y: size.middle.y - whole.middle.y)
    return ImageWarp(
      from: size, to: whole, map: shift.then(back.around(size.middle)), filter: filter, fill: fill)
  }
}

extension ImageSize {
  /// What holds an image that is turned around its middle, in whole pixels.
  fileprivate func turned(byDegrees degrees: Double) -> ImageSize {
    let map = ProjectiveMap.rotation(degrees: degrees)
    if map.isAlongAxes { return map.isTransposing ? transposed : self }
    let (x, y) = middle
    let corners = [(0, 0), (2 * x, 0), (0, 2 * y), (2 * x, 2 * y)].map {
      map.around(middle)(x: $0.0, y: $0.1)
    }
    func extent(_ places: [Double]) -> Int {
      Int((places.max() ?? 0).rounded(.up) - (places.min() ?? 0).rounded(.down))
    }
    return ImageSize(height: extent(corners.map(\.y)), width: extent(corners.map(\.x)))
  }

  /// The middle of an image in pixels from its upper left corner.
  var middle: (x: Double, y: Double) { (Double(width) / 2, Double(height) / 2) }
}

extension ProjectiveMap {
  /// This map with another place in the role of (0, 0).
  func around(_ center: (x: Double, y: Double)) -> ProjectiveMap {
    ProjectiveMap.translation(x: -center.x, y: -center.y).then(self)
      .then(.translation(x: center.x, y: center.y))
  }
}

extension Tensor where Scalar == UInt8 {
  /// This image turned; see ``ImageWarp/rotation(of:byDegrees:around:expands:filter:fill:)``.
  public func rotated(
    byDegrees degrees: Double, around center: (x: Double, y: Double)? = nil, expands: Bool = false,
    filter: ResamplingFilter = .bilinear, fill: FillColor = 0
  ) -> Tensor {
    warped(
      by: .rotation(
        of: ImageSize(of: self), byDegrees: degrees, around: center, expands: expands, filter: filter,
        fill: fill))
  }
}
