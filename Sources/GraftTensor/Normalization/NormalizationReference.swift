import CGraftKernels

/// The plain form of the kernels that normalise, in double precision and with the signatures of the table's members: what
/// these are tested against.
package enum NormalizationReference {
  /// The plain form of `moments`.
  package static func moments(
    _ x: UnsafePointer<Float>, _ runs: graft_pieces, _ mean: UnsafeMutablePointer<Float>,
    _ variance: UnsafeMutablePointer<Float>
  ) {
    let count = Double(runs.count * runs.length)
    var (sum, squares) = (0.0, 0.0)
    forEach(runs) { sum += Double(x[$0]) }
    forEach(runs) { squares += (Double(x[$0]) - sum / count) * (Double(x[$0]) - sum / count) }
    mean.pointee = count > 0 ? Float(sum / count) : 0
    variance.pointee = count > 0 ? Float(squares / count) : 0
  }

  /// The plain form of `normalize`.
  package static func normalize(
    _ x: UnsafePointer<Float>, _ addend: UnsafePointer<Float>?, _ out: UnsafeMutablePointer<Float>,
    _ runs: graft_pieces, _ affine: graft_affine, _ relu: Int32
  ) {
    forEach(runs) { place in
      let y = affine.normalized(x[place]) + Double(addend?[place] ?? 0)
      out[place] = Float(relu != 0 && y < 0 ? 0 : y)
    }
  }

  /// The plain form of `normalize_sums`.
  package static func normalizeSums(
    _ g: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>?,
    _ masked: UnsafeMutablePointer<Float>?, _ runs: graft_pieces, _ affine: graft_affine, _ relu: Int32,
    _ sum: UnsafeMutablePointer<Float>, _ projection: UnsafeMutablePointer<Float>
  ) {
    var (total, product) = (0.0, 0.0)
    forEach(runs) { place in
      var gradient = g[place]
      if let y {
        gradient = y[place] > 0 ? gradient : 0
        masked?[place] = gradient
      } else if relu != 0, affine.normalized(x[place]) <= 0 {
        gradient = 0
      }
      total += Double(gradient)
      product += Double(gradient) * (Double(x[place]) - Double(affine.mean))
    }
    (sum.pointee, projection.pointee) = (Float(total), Float(product))
  }

  /// The plain form of `normalize_backward`.
  package static func normalizeBackward(
    _ g: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>,
    _ runs: graft_pieces,
    _ affine: graft_affine, _ relu: Int32, _ offset: Float, _ slope: Float
  ) {
    forEach(runs) { place in
      let flows = relu == 0 || affine.normalized(x[place]) > 0
      let projection = (Double(x[place]) - Double(affine.mean)) * Double(slope)
      out[place] = Float(
        Double(affine.scale) * ((flows ? Double(g[place]) : 0) - Double(offset) - projection))
    }
  }

  private static func forEach(_ runs: graft_pieces, _ body: (_ place: Int) -> Void) {
    for run in 0..<runs.count {
      for index in 0..<runs.length { body(run * runs.stride + index) }
    }
  }
}

extension graft_affine {
  fileprivate func normalized(_ x: Float) -> Double {
    (Double(x) - Double(mean)) * Double(scale) + Double(shift)
  }
}
