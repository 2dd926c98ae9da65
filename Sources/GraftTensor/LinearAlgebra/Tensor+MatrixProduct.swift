extension Tensor where Scalar: MatrixScalar {
  /// The matrix product: `[…, m, k]` times `[…, k, n]` is `[…, m, n]`.
  ///
  /// The leading axes number the matrices and are broadcast together. A vector on the left is a row, one on the right
  /// a column, and the axis it lacks is missing from the result too: `[k]` times `[k, n]` is `[n]`, `[m, k]` times
  /// `[k]` is `[m]`, `[k]` times `[k]` a scalar. Transposed and other views are multiplied without a copy.
  ///
  /// ```swift
  /// let scores = queries.matmul(keys.transposed())  // [batch, heads, length, length]
  /// ```
  ///
  /// Traps with both shapes if they do not fit together, or if an operand is a scalar.
  /// - Complexity: O(m·k·n) for each matrix of the result.
  @specialized(where Scalar == Float)
  public func matmul(_ right: Tensor) -> Tensor {
    require(
      rank > 0 && right.rank > 0,
      "matmul: shapes \(shape) and \(right.shape) do not fit: a scalar is not a matrix")
    let a = rank == 1 ? expandingAxis(at: 0) : self
    let b = right.rank == 1 ? right.expandingAxis(at: 1) : right
    var product = Scalar.matrixProduct(a, b)
    if rank > 1 && right.rank > 1 { return product }
    if right.rank == 1 { product = product.squeezed(at: -1) }
    if rank == 1 { product = product.squeezed(at: right.rank == 1 ? -1 : -2) }
    return product
  }
}
