extension Tensor where Scalar: NumericScalar {
  /// Adds `part` to the positions `range` along one axis, in place if nobody shares this tensor: the adjoint of `slice`.
  ///
  /// Traps unless `part` has this shape with the axis as long as `range`, which lies inside the axis.
  package mutating func add(_ part: Tensor, at range: Range<Int>, along axis: Int) {
    var expected = shape
    expected[axis] = range.count
    require(
      part.shape == expected && range.lowerBound >= 0 && range.upperBound <= shape[axis],
      "add: a part of shape \(part.shape) does not fit positions \(range) along axis \(axis) of shape \(shape)"
    )
    let inner = shape.dropFirst(axis + 1).reduce(1, *)
    let (period, length) = (shape[axis] * inner, range.count * inner)
    guard length > 0 else { return }
    withUnsafeMutableBuffer { whole in
      part.withContiguousBuffer { part in
        guard let target = whole.baseAddress, let source = part.baseAddress else { return }
        for outer in 0..<(part.count / length) {
          let place = target + outer * period + range.lowerBound * inner
          Scalar.combine(
            .add, place, step: 1, source + outer * length, step: 1, into: place, count: length)
        }
      }
    }
  }
}
