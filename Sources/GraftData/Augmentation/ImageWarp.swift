import GraftTensor

/// A geometric change of an image: the size of the result, and for each of its places the place of the source that it shows.
///
/// ```swift
/// let turned = ImageWarp(
///   from: ImageSize(of: photo), map: .rotation(degrees: 30))   // around the upper left corner
/// photo.warped(by: turned)
/// ```
///
/// Warps are joined by ``joined(with:)``, which is how neighbouring geometric augmentations resample an image only once. What
/// the result shows is then still what one after the other would have shown: a place that lay outside of an image on the way has
/// the fill colour.
public struct ImageWarp: Sendable, Hashable {
  /// The size of what is warped.
  public let source: ImageSize

  /// The size of the result.
  public let size: ImageSize

  /// From places of the result to places of the source.
  public let map: ProjectiveMap

  /// How pixels are weighted at places between their middles.
  public let filter: ResamplingFilter

  /// What the result shows at places outside of the source.
  public let fill: FillColor

  /// Whether an image that shrinks along its axes is averaged, as resizing does, and not only looked at in places.
  public let isAntialiased: Bool

  /// The images between source and result: what lay outside of one of them is not shown.
  var frames: [Frame] = []

  /// An image on the way from the source to the result.
  struct Frame: Sendable, Hashable {
    /// From places of the result.
    let map: ProjectiveMap
    let size: ImageSize
  }

  /// A warp.
  ///
  /// - Parameters:
  ///   - source: the size of the images that are warped.
  ///   - size: the size of the result. Default: the same.
  ///   - map: from places of the result to places of the source (not the way that pixels move, but back).
  ///   - filter: nearest, bilinear or bicubic.
  ///   - fill: what is shown outside of the source. Default: 0.
  ///   - isAntialiased: whether shrinking averages, where the map only scales and moves. Default: no.
  public init(
    from source: ImageSize, to size: ImageSize? = nil, map: ProjectiveMap,
    filter: ResamplingFilter = .bilinear,
    fill: FillColor = 0, isAntialiased: Bool = false
  ) {
    self.source = source
    self.size = size ?? source
    self.map = map
    self.filter = filter
    self.fill = fill
    self.isAntialiased = isAntialiased
  }

  /// Changes nothing.
  public static func identity(of size: ImageSize) -> ImageWarp {
    ImageWarp(from: size, map: .identity)
  }

  /// Shows `size` pixels from a place on; outside of the source the fill colour.
  static func window(
    of source: ImageSize, top: Int, left: Int, size: ImageSize, fill: FillColor = 0
  ) -> ImageWarp {
    ImageWarp(from: source, to: size, map: .translation(x: Double(left), y: Double(top)), fill: fill)
  }
}

extension ImageWarp {
  /// This warp and the next as one, or `nil` if they need passes of their own.
  ///
  /// They have to agree in the filter, unless one only moves whole pixels, and in the fill colour, unless one never shows it.
  /// What shrinks an axis to less than two thirds by averaging is not joined with what then needs looking at single places.
  ///
  /// Traps unless the next begins with the size that this one results in.
  public func joined(with next: ImageWarp) -> ImageWarp? {
    require(
      next.source == size,
      "ImageWarp: a warp of \(next.source) pixels cannot follow one that results in \(size)")
    let (hasOwnFilter, hasOwnFill) = (!map.isOfWholePixels, reachesOutside)
    guard !hasOwnFilter || next.map.isOfWholePixels || filter == next.filter else { return nil }
    guard !hasOwnFill || !next.reachesOutside || fill == next.fill else { return nil }
    let joint = next.map.then(map)
    guard joint.isAlongAxes || !(averagesMuch || next.averagesMuch) else { return nil }
    var result = ImageWarp(
      from: source, to: next.size, map: joint, filter: hasOwnFilter ? filter : next.filter,
      fill: hasOwnFill ? fill : next.fill, isAntialiased: isAntialiased || next.isAntialiased)
    result.frames =
      next.frames + [Frame(map: next.map, size: size)]
      + frames.map { Frame(map: next.map.then($0.map), size: $0.size) }
    return result
  }

  /// All images that have to be met, the source last.
  var allFrames: [Frame] { frames + [Frame(map: map, size: source)] }

  /// Whether some corner of the result, and so perhaps some pixel, lies outside of an image on the way.
  var reachesOutside: Bool {
    let (right, bottom) = (Double(size.width) - 0.5, Double(size.height) - 0.5)
    return allFrames.contains { frame in
      let sides = HalfPlane.sides(of: frame)
      return [(0.5, 0.5), (right, 0.5), (0.5, bottom), (right, bottom)].contains { x, y in
        sides.contains { !$0.contains(x: x, y: y) }
      }
    }
  }

  /// How many pixels of the source make one of the result where an axis shrinks most; only for maps along the axes.
  private var averagesMuch: Bool {
    isAntialiased && map.isAlongAxes && max(abs(map.x.x + map.x.y), abs(map.y.x + map.y.y)) > 1.5
  }
}

/// A side of an image, as places of a result see it: those with a · x + b · y + c ≥ 0, or > 0 if it is strict, lie within.
struct HalfPlane {
  let coefficients: SIMD3<Double>
  let isStrict: Bool

  func contains(x: Double, y: Double) -> Bool {
    let value = (coefficients * SIMD3(x, y, 1)).sum()
    return isStrict ? value > 0 : value >= 0
  }

  /// 0 ≤ x < width and 0 ≤ y < height at the place of the frame, both multiplied by the denominator, which is positive: a projective map
  /// shows nothing beyond its horizon.
  static func sides(of frame: ImageWarp.Frame) -> [HalfPlane] {
    let (map, width, height) = (frame.map, Double(frame.size.width), Double(frame.size.height))
    let sides = [
      HalfPlane(coefficients: map.x, isStrict: false),
      HalfPlane(coefficients: width * map.w - map.x, isStrict: true),
      HalfPlane(coefficients: map.y, isStrict: false),
      HalfPlane(coefficients: height * map.w - map.y, isStrict: true),
    ]
    return map.isAffine ? sides : sides + [HalfPlane(coefficients: map.w, isStrict: true)]
  }

  /// The columns of a row whose middles lie within all the half planes.
  static func columns(ofRow row: Int, width: Int, within planes: [HalfPlane]) -> Range<Int> {
    var (first, end) = (0.0, Double(width))
    for plane in planes {
      let (a, rest) = (
        plane.coefficients.x, plane.coefficients.y * (Double(row) + 0.5) + plane.coefficients.z
      )
      // Where the side crosses the row, in columns of which whole numbers are middles.
      let crossing = -rest / a - 0.5
      if a > 0 {
        first = max(first, plane.isStrict ? crossing.rounded(.down) + 1 : crossing.rounded(.up))
      } else if a < 0 {
        end = min(end, plane.isStrict ? crossing.rounded(.up) : crossing.rounded(.down) + 1)
      } else if rest < 0 || (plane.isStrict && rest == 0) {
        return 0..<0
      }
    }
    // Bounds may lie beyond what an integer holds.
    first = min(first, Double(width))
    return Int(first)..<Int(max(first, end))
  }
}
