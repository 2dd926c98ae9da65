import GraftTensor

extension Tensor where Scalar == UInt8 {
  /// The result of a warp that looks at single places.
  func sampledAtPlaces(of warp: ImageWarp, fill: [UInt8]) -> Tensor {
    let sides = warp.sides
    let map = warp.map
    return warped(
      to: (warp.size.height, warp.size.width), by: warp.filter.atPlaces, fill: fill
    ) { row in
      let columns = HalfPlane.columns(ofRow: row, width: warp.size.width, within: sides)
      let first = SIMD3(Double(columns.lowerBound) + 0.5, Double(row) + 0.5, 1)
      return WarpedRow(
        columns: columns, start: [(map.x * first).sum(), (map.y * first).sum(), (map.w * first).sum()],
        step: [map.x.x, map.y.x, map.w.x])
    }
  }
}

extension ResamplingFilter {
  /// The filter where an image is looked at in places.
  fileprivate var atPlaces: WarpFilter {
    switch kind {
    case .nearest: .nearest
    case .triangle: .bilinear
    case .cubic: .bicubic
    }
  }
}
