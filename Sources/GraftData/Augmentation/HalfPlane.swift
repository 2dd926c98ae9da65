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

  /// The same with rows and columns exchanged.
  var transposed: HalfPlane {
    HalfPlane(coefficients: [coefficients.y, coefficients.x, coefficients.z], isStrict: isStrict)
  }
}
