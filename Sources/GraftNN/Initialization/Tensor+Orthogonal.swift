import GraftTensor

extension Tensor where Scalar == Float {
  /// A random matrix with orthonormal rows (or columns, if those are fewer), times `gain`: keeps lengths through deep and
  /// recurrent networks (Saxe, McClelland, Ganguli: *Exact Solutions to the Nonlinear Dynamics of Learning*, ICLR 2014).
  ///
  /// All axes after the first run together into the columns. Normal vectors are made orthonormal one after the other
  /// (Gram-Schmidt with each projection done twice), which draws from the uniform distribution over such matrices.
  /// Traps if the rank is below 2.
  ///
  /// - Complexity: O(n² · m) for n vectors of length m.
  public static func orthogonal(
    _ shape: Shape, gain: Float = 1, using generator: inout RandomGenerator
  ) -> Tensor {
    require(shape.rank >= 2, "orthogonal: a matrix needs two axes, but the shape is \(shape)")
    let rows = shape[0]
    let columns = shape.dropFirst().reduce(1, *)
    let (count, length) = (Swift.min(rows, columns), Swift.max(rows, columns))
    guard count > 0 else { return zeros(shape) }
    let random = normal([count, length], mean: 0, standardDeviation: 1, using: &generator)
    var basis = zeros([count, length])
    for index in 0..<count {
      let vector = random.slice(index..<(index + 1)).orthogonalized(to: basis.slice(0..<index))
      basis[index..<(index + 1)] = vector / vector.norm()
    }
    let matrix = rows <= columns ? basis : basis.transposed()
    return (matrix * gain).reshaped(to: shape)
  }
}

extension Tensor where Scalar == Float {
  /// This row `[1, m]` without its parts along the orthonormal rows `[n, m]`.
  ///
  /// Rounding leaves what the first pass misses; after a second, the row is orthogonal to working precision.
  private func orthogonalized(to rows: Tensor) -> Tensor {
    guard rows.shape[0] > 0 else { return self }
    return (0..<2).reduce(self) { row, _ in row - row.matmul(rows.transposed()).matmul(rows) }
  }
}
