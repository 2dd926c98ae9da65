import GraftTensor

extension ProjectiveMap {
  /// The map that takes the corners of one quadrilateral to those of another; `nil` if three corners of either lie in a line.
  ///
  /// Both are seen as images of the unit square (Heckbert: *Fundamentals of Texture Mapping and Image Warping*, 1989): from one back to the
  /// square, and on to the other.
  public init?(taking corners: Quadrilateral, to others: Quadrilateral) {
    guard corners.hasCorners, others.hasCorners,
      let first = ProjectiveMap(fromUnitSquareTo: corners)?.inverse,
      let second = ProjectiveMap(fromUnitSquareTo: others)
    else { return nil }
    let map = first.then(second)
    // A factor of the matrix has no meaning; the denominator is to be positive where the corners are, and 1 for affine maps.
    let middle = (corners.topLeft + corners.topRight + corners.bottomRight + corners.bottomLeft) / 4
    let denominator = (map.w * SIMD3(middle.x, middle.y, 1)).sum()
    guard denominator.isFinite, denominator != 0 else { return nil }
    self.init(x: map.x / denominator, y: map.y / denominator, w: map.w / denominator)
  }

  /// (0, 0), (1, 0), (1, 1) and (0, 1) to four corners.
  private init?(fromUnitSquareTo corners: Quadrilateral) {
    let (a, b, c, d) = (corners.topLeft, corners.topRight, corners.bottomRight, corners.bottomLeft)
    let (right, left, rest) = (b - c, d - c, a - b + c - d)
    let area = right.x * left.y - right.y * left.x
    let g = (rest.x * left.y - rest.y * left.x) / area
    let h = (right.x * rest.y - right.y * rest.x) / area
    guard g.isFinite, h.isFinite else { return nil }
    self.init(
      x: [b.x - a.x + g * b.x, d.x - a.x + h * d.x, a.x], y: [b.y - a.y + g * b.y, d.y - a.y + h * d.y, a.y],
      w: [g, h, 1])
  }

  /// The map back, up to a factor of the matrix; `nil` if there is none.
  private var inverse: ProjectiveMap? {
    func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
      [a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x]
    }
    // The columns of the adjugate matrix.
    let (first, second, third) = (cross(y, w), cross(w, x), cross(x, y))
    let determinant = (x * first).sum()
    guard determinant != 0, determinant.isFinite else { return nil }
    return ProjectiveMap(
      x: [first.x, second.x, third.x] / determinant, y: [first.y, second.y, third.y] / determinant,
      w: [first.z, second.z, third.z] / determinant)
  }
}

extension Quadrilateral {
  /// Whether no three corners lie in a line.
  fileprivate var hasCorners: Bool {
    let places = [topLeft, topRight, bottomRight, bottomLeft]
    return places.indices.allSatisfy { index in
      let (a, b, c) = (places[index], places[(index + 1) % 4], places[(index + 2) % 4])
      let area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
      return area.isFinite && area != 0
    }
  }
}
