import Foundation
import GraftTensor

/// A map of the plane that keeps straight lines straight: moving, turning, scaling, shearing, perspective.
///
/// (x, y) goes to (X · p / W · p, Y · p / W · p) with p = (x, y, 1) and the rows X, Y, W of a matrix. A map is affine if W = (0, 0, 1): it
/// then keeps parallels parallel.
///
/// Places in an image are measured in pixels from its upper left corner, x to the right and y down: the middle of the first
/// pixel is (½, ½).
public struct ProjectiveMap: Sendable, Hashable {
  /// The row of the matrix that x comes from.
  public let x: SIMD3<Double>
  /// The row that y comes from.
  public let y: SIMD3<Double>
  /// The row of the denominator.
  public let w: SIMD3<Double>

  /// A map with the given matrix. Traps unless it is finite.
  public init(x: SIMD3<Double>, y: SIMD3<Double>, w: SIMD3<Double> = [0, 0, 1]) {
    require(
      (0..<3).allSatisfy { x[$0].isFinite && y[$0].isFinite && w[$0].isFinite },
      "ProjectiveMap: the matrix \(x), \(y), \(w) is not finite")
    self.x = x
    self.y = y
    self.w = w
  }

  /// Leaves every place where it is.
  public static let identity = ProjectiveMap(x: [1, 0, 0], y: [0, 1, 0])

  /// Moves everything by the same.
  public static func translation(x: Double, y: Double) -> ProjectiveMap {
    ProjectiveMap(x: [1, 0, x], y: [0, 1, y])
  }

  /// Multiplies distances from the corner (0, 0).
  public static func scaling(x: Double, y: Double) -> ProjectiveMap {
    ProjectiveMap(x: [x, 0, 0], y: [0, y, 0])
  }

  /// Turns around the corner (0, 0), counterclockwise as one sees the image. Exact at multiples of 90°.
  public static func rotation(degrees: Double) -> ProjectiveMap {
    let (cosine, sine) = direction(degrees)
    return ProjectiveMap(x: [cosine, sine, 0], y: [-sine, cosine, 0])
  }

  /// Moves places sideways by `x` times and down by `y` times their distance along the other axis: (x, y) goes to
  /// (x + a · y, y + b · (x + a · y)) for a = `x`, b = `y`.
  public static func shear(x: Double, y: Double) -> ProjectiveMap {
    ProjectiveMap(x: [1, x, 0], y: [y, 1 + x * y, 0])
  }

  /// Where a place goes.
  public func callAsFunction(x px: Double, y py: Double) -> (x: Double, y: Double) {
    let p = SIMD3(px, py, 1)
    let denominator = (w * p).sum()
    return ((x * p).sum() / denominator, (y * p).sum() / denominator)
  }

  /// This map, then another.
  public func then(_ next: ProjectiveMap) -> ProjectiveMap {
    func row(_ r: SIMD3<Double>) -> SIMD3<Double> { r.x * x + r.y * y + r.z * w }
    return ProjectiveMap(x: row(next.x), y: row(next.y), w: row(next.w))
  }

  /// Whether parallels stay parallel.
  public var isAffine: Bool { w == [0, 0, 1] }

  /// Whether lines along the axes stay along the axes, not necessarily the same.
  var isAlongAxes: Bool {
    isAffine && ((x.y == 0 && y.x == 0) || isTransposing)
  }

  /// Whether rows become columns, and the reverse.
  var isTransposing: Bool { isAffine && x.x == 0 && y.y == 0 }

  /// Whether pixels go to pixels.
  var isOfWholePixels: Bool {
    isAlongAxes && abs(x.x + x.y) == 1 && abs(y.x + y.y) == 1 && x.z == x.z.rounded() && y.z == y.z.rounded()
  }

  /// With x and y exchanged in what comes out.
  var transposed: ProjectiveMap { ProjectiveMap(x: y, y: x, w: w) }

  /// Cosine and sine, without rounding where they are 0 or ±1.
  private static func direction(_ degrees: Double) -> (cosine: Double, sine: Double) {
    switch degrees.truncatingRemainder(dividingBy: 360) {
    case 0: (1, 0)
    case 90, -270: (0, 1)
    case 180, -180: (-1, 0)
    case 270, -90: (0, -1)
    default: (cos(degrees * .pi / 180), sin(degrees * .pi / 180))
    }
  }
}
