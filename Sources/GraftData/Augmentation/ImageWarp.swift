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

  /// The images between source and result, the last first: what lay outside of one of them is not shown.
  var frames: [Frame] = []

  /// Whether all that is shown is known to lie within the source, because it does within a frame that itself lies there.
  var isSourceMet = false

  /// An image on the way from the source to the result.
  struct Frame: Sendable, Hashable {
    /// From places of the result.
    let map: ProjectiveMap
    let size: ImageSize
    /// Whether all that is shown is known to lie within it.
    var isMet = false
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
    guard map.isOfWholePixels || next.map.isOfWholePixels || filter == next.filter else { return nil }
    guard fill == next.fill || !reachesOutside || !next.reachesOutside else { return nil }
    let joint = composed(with: next)
    return joint.map.isAlongAxes || !(averagesMuch || next.averagesMuch) ? joint : nil
  }

  /// This warp and the next as one, with the filter and the fill colour of this one if it needs any.
  func composed(with next: ImageWarp) -> ImageWarp {
    let isWithin = !reachesOutside
    var result = ImageWarp(
      from: source, to: next.size, map: next.map.then(map),
      filter: map.isOfWholePixels ? next.filter : filter, fill: isWithin ? next.fill : fill,
      isAntialiased: isAntialiased || next.isAntialiased)
    result.isSourceMet = isSourceMet || isWithin
    result.frames =
      next.frames + [Frame(map: next.map, size: size, isMet: next.isSourceMet)]
      + frames.map { Frame(map: next.map.then($0.map), size: $0.size, isMet: $0.isMet || isWithin) }
    return result
  }

  /// The sides of all images that something shown may lie outside of.
  var sides: [HalfPlane] {
    let source = Frame(map: map, size: source, isMet: isSourceMet)
    return (frames + [source]).filter { !$0.isMet }.flatMap(HalfPlane.sides)
  }

  /// Whether some corner of the result, and so perhaps some pixel, lies outside of an image on the way.
  var reachesOutside: Bool {
    let (right, bottom) = (Double(size.width) - 0.5, Double(size.height) - 0.5)
    let corners = [(0.5, 0.5), (right, 0.5), (0.5, bottom), (right, bottom)]
    return sides.contains { side in corners.contains { !side.contains(x: $0.0, y: $0.1) } }
  }

  /// How many pixels of the source make one of the result where an axis shrinks most; only for maps along the axes.
  private var averagesMuch: Bool {
    isAntialiased && map.isAlongAxes && max(abs(map.x.x + map.x.y), abs(map.y.x + map.y.y)) > 1.5
  }
}
