import GraftTensor

/// Shows an image as if it were looked at from a random side, with a probability.
///
/// Each corner moves inwards by a random number of pixels, up to a share of half the width and half the height.
public struct RandomPerspective: GeometricAugmentation {
  /// The most that corners move, as a share of half the width and half the height.
  public let distortion: Double

  /// How likely an image is changed.
  public let probability: Double

  /// The pixels that are weighted.
  public let filter: ResamplingFilter

  /// What is shown beyond the image.
  public let fill: FillColor

  /// Traps unless distortion and probability lie in 0…1.
  ///
  /// - Parameters:
  ///   - distortion: the most that corners move, as a share of half the width and half the height. Default: ½.
  ///   - probability: how likely an image is changed. Default: ½.
  ///   - filter: the pixels that are weighted. Default: bilinear.
  ///   - fill: what is shown beyond the image. Default: 0.
  public init(
    distortion: Double = 0.5, probability: Double = 0.5, filter: ResamplingFilter = .bilinear,
    fill: FillColor = 0
  ) {
    require(distortion >= 0 && distortion <= 1, "RandomPerspective: distortion \(distortion) is not in 0...1")
    self.distortion = distortion
    self.probability = checkedProbability(probability, of: "RandomPerspective")
    self.filter = filter
    self.fill = fill
  }

  public func warp(of size: ImageSize, using generator: inout RandomGenerator) -> ImageWarp {
    guard generator.bernoulli(probability: probability) else { return .identity(of: size) }
    let (right, bottom) = (size.width - 1, size.height - 1)
    let most = (
      x: Int(distortion * Double(size.width / 2)), y: Int(distortion * Double(size.height / 2))
    )
    func inwards(_ x: Int, _ y: Int) -> SIMD2<Double> {
      let dx = min(generator.integer(below: most.x + 1), right)
      let dy = min(generator.integer(below: most.y + 1), bottom)
      return [Double(x == 0 ? dx : x - dx), Double(y == 0 ? dy : y - dy)]
    }
    let corners = Quadrilateral(
      topLeft: inwards(0, 0), topRight: inwards(right, 0), bottomRight: inwards(right, bottom),
      bottomLeft: inwards(0, bottom))
    guard let warp = ImageWarp.perspective(of: size, movingCornersTo: corners, filter: filter, fill: fill)
    else { return .identity(of: size) }
    return warp
  }
}

/// Four corners in pixels, x to the right and y down.
public struct Quadrilateral: Sendable, Hashable {
  public var topLeft: SIMD2<Double>
  public var topRight: SIMD2<Double>
  public var bottomRight: SIMD2<Double>
  public var bottomLeft: SIMD2<Double>

  public init(
    topLeft: SIMD2<Double>, topRight: SIMD2<Double>, bottomRight: SIMD2<Double>, bottomLeft: SIMD2<Double>
  ) {
    self.topLeft = topLeft
    self.topRight = topRight
    self.bottomRight = bottomRight
    self.bottomLeft = bottomLeft
  }
}

extension ImageWarp {
  /// Moves the corners of an image, (0, 0), (width − 1, 0), (width − 1, height − 1) and (0, height − 1), to other places, and keeps
  /// straight lines straight; `nil` if no such map leads back, because three corners lie in a line, or the image is one pixel wide or high.
  ///
  /// - Parameters:
  ///   - size: of the image.
  ///   - corners: where its corners go.
  ///   - filter: the pixels that are weighted. Default: bilinear.
  ///   - fill: what is shown beyond the image. Default: 0.
  public static func perspective(
    of size: ImageSize, movingCornersTo corners: Quadrilateral, filter: ResamplingFilter = .bilinear,
    fill: FillColor = 0
  ) -> ImageWarp? {
    let (right, bottom) = (Double(size.width - 1), Double(size.height - 1))
    let whole = Quadrilateral(
      topLeft: [0, 0], topRight: [right, 0], bottomRight: [right, bottom], bottomLeft: [0, bottom])
    guard let map = ProjectiveMap(taking: corners, to: whole) else { return nil }
    return ImageWarp(from: size, map: map, filter: filter, fill: fill)
  }
}
