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

  /// The plain form of `combine_gradients`.
  package static func combineGradients(
    _ g: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>, _ n: Int,
    _ factor: Float, _ mean: Float, _ slope: Float, _ offset: Float
  ) {
    for i in 0..<n {
      let away = (Double(x[i]) - Double(mean)) * Double(slope)
      out[i] = Float(Double(factor) * Double(g[i]) - (away + Double(offset)))
    }
  }

  /// The plain form of `layer_norm`.
  package static func layerNorm(
    _ x: UnsafePointer<Float>, _ weight: UnsafePointer<Float>?, _ bias: UnsafePointer<Float>?,
    _ epsilon: Float,
    _ out: UnsafeMutablePointer<Float>, _ n: Int, _ mean: UnsafeMutablePointer<Float>,
    _ inverse: UnsafeMutablePointer<Float>
  ) {
    var variance: Float = 0
    moments(x, graft_pieces(count: 1, length: n, stride: n), mean, &variance)
    inverse.pointee = 1 / (variance + epsilon).squareRoot()
    for i in 0..<n {
      let normal = (Double(x[i]) - Double(mean.pointee)) * Double(inverse.pointee)
      out[i] = Float(normal * Double(weight?[i] ?? 1) + Double(bias?[i] ?? 0))
    }
  }

  /// The plain form of `layer_norm_backward`.
  package static func layerNormBackward(
    _ g: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ weight: UnsafePointer<Float>?, _ mean: Float,
    _ inverse: Float, _ out: UnsafeMutablePointer<Float>, _ n: Int,
    _ weightGradient: UnsafeMutablePointer<Float>?,
    _ biasGradient: UnsafeMutablePointer<Float>?
  ) {
    func normal(_ i: Int) -> Double { (Double(x[i]) - Double(mean)) * Double(inverse) }
    func inner(_ i: Int) -> Double { Double(g[i]) * Double(weight?[i] ?? 1) }
    let offset = (0..<n).reduce(0) { $0 + inner($1) } / Double(n)
    let slope = (0..<n).reduce(0) { $0 + inner($1) * normal($1) } / Double(n)
    for i in 0..<n {
      weightGradient?[i] += Float(Double(g[i]) * normal(i))
      biasGradient?[i] += g[i]
      out[i] = Float(Double(inverse) * (inner(i) - offset - normal(i) * slope))
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
