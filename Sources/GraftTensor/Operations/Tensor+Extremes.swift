extension Tensor where Scalar: NumericScalar {
  /// The position of the largest element along one axis, which disappears; of equal ones the first, of NaN the
  /// first NaN.
  ///
  /// Traps if the axis does not exist or is empty.
  @specialized(where Scalar == Float)
  public func argmax(along axis: Int = -1) -> Tensor<Int32> {
    positions(of: .maximum, along: axis, operation: "argmax")
  }

  /// The position of the smallest element along one axis, which disappears; of equal ones the first, of NaN the
  /// first NaN.
  ///
  /// Traps if the axis does not exist or is empty.
  @specialized(where Scalar == Float)
  public func argmin(along axis: Int = -1) -> Tensor<Int32> {
    positions(of: .minimum, along: axis, operation: "argmin")
  }

  private func positions(of extreme: Extreme, along axis: Int, operation: StaticString) -> Tensor<Int32> {
    let position = shape.normalized(axis: axis, operation: operation)
    let length = shape[position]
    require(length > 0, "\(operation): axis \(axis) of shape \(shape) is empty")
    var resultShape = shape
    resultShape.remove(at: position)
    let inner = shape.dropFirst(position + 1).reduce(1, *)
    // Rows of a few elements are no work for a kernel: they are turned into columns.
    let byRows = inner < 16
    let tensor = byRows ? permuted((0..<rank).filter { $0 != position } + [position]) : self
    return Tensor<Int32>(shape: resultShape) { out in
      tensor.withContiguousBuffer { elements in
        guard let out = out.baseAddress, let source = elements.baseAddress else { return }
        if byRows {
          parallelFor(elements.count / length, grain: Swift.max(1, elementwiseGrain / length)) { rows in
            for row in rows {
              out[row] = Int32(Scalar.position(of: extreme, source + row * length, count: length))
            }
          }
        } else {
          Tensor.trackColumns(
            extreme, source, groups: elements.count / length / inner, length, inner, into: out)
        }
      }
    }
  }

  /// The positions of the extremes of elements seen as `[groups, length, inner]` along the middle, in strips of columns whose
  /// best so far stays in the fastest cache.
  private static func trackColumns(
    _ extreme: Extreme, _ source: UnsafePointer<Scalar>, groups: Int, _ length: Int, _ inner: Int,
    into out: UnsafeMutablePointer<Int32>
  ) {
    let width = Reducer<Scalar>.columnWidth
    let strips = (inner + width - 1) / width
    parallelFor(groups * strips, grain: Swift.max(1, elementwiseGrain / (Swift.min(width, inner) * length))) {
      range in
      withUnsafeTemporaryAllocation(of: Scalar.self, capacity: width) { best in
        guard let best = best.baseAddress else { return }
        for index in range {
          let (group, strip) = index.quotientAndRemainder(dividingBy: strips)
          let count = Swift.min(width, inner - strip * width)
          let column = source + group * length * inner + strip * width
          let positions = out + group * inner + strip * width
          best.update(from: column, count: count)
          positions.update(repeating: 0, count: count)
          for row in 1..<length {
            Scalar.track(
              extreme, column + row * inner, at: Int32(row), best: best, positions: positions, count: count)
          }
        }
      }
    }
  }
}
