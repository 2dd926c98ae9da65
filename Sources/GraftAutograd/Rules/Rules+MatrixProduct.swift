import GraftTensor

extension Variable {
  /// The matrix product of the last two axes, `[…, m, k] · […, k, n] → […, m, n]`; outer axes broadcast.
  ///
  /// A vector on the left is a row, one on the right a column, and that axis disappears from the result.
  /// Traps if the shapes don't fit.
  public func matmul(_ other: Variable) -> Variable {
    let (a, b) = (node, other.node)
    let (aShape, bShape) = (shape, other.shape)
    let (x, y) = (value.kept(for: b), other.value.kept(for: a))
    return .record(value.matmul(other.value), a, b) { gradient, sink in
      let (aIsVector, bIsVector) = (aShape.rank == 1, bShape.rank == 1)
      // The result as a matrix [..., m, n], vectors as a row and a column.
      var g = gradient
      if bIsVector { g = g.expandingAxis(at: -1) }
      if aIsVector { g = g.expandingAxis(at: -2) }
      if let y {
        let matrix = bIsVector ? y.expandingAxis(at: -1) : y
        sink.add(matrixGradient(g.matmul(matrix.transposed()), of: aShape, isRow: true), to: a)
      }
      if let x {
        let matrix = aIsVector ? x.expandingAxis(at: 0) : x
        if bShape.rank == 2 && aShape.rank > 2 {
          // One matrix for the whole batch: one product over all rows instead of a sum of many.
          let rows = matrix.reshaped(to: [-1, bShape[0]])
          sink.add(rows.transposed().matmul(g.reshaped(to: [-1, bShape[1]])), to: b)
        } else {
          sink.add(matrixGradient(matrix.transposed().matmul(g), of: bShape, isRow: false), to: b)
        }
      }
    }
  }

  /// A linear map of the last axis: y = x · wᵀ + b.
  ///
  /// - Parameters:
  ///   - weight: w, shape `[outputs, inputs]`.
  ///   - bias: b, shape `[outputs]`; `nil` for none.
  /// - Returns: shape `[…, outputs]` for this variable's shape `[…, inputs]`.
  public func linear(weight: Variable, bias: Variable? = nil) -> Variable {
    require(
      shape.rank >= 1 && weight.shape.rank == 2 && shape.last == weight.shape[1],
      "linear: weight of shape \(weight.shape) for an input of shape \(shape)")
    require(
      bias.map { $0.shape == [weight.shape[0]] } ?? true,
      "linear: bias of shape \(bias?.shape ?? []) for a weight of shape \(weight.shape)")
    let (a, w, b) = (node, weight.node, bias?.node)
    let (inputs, outputs) = (weight.shape[1], weight.shape[0])
    let rows = value.reshaped(to: [value.count / Swift.max(inputs, 1), inputs])
    let (x, matrix) = (rows.kept(for: w), weight.value.kept(for: a))
    let result = rows.linear(weight: weight.value, bias: bias?.value).output
    var resultShape = shape
    resultShape[shape.rank - 1] = outputs
    return .record(result.reshaped(to: resultShape), a, w, b) { [shape] gradient, sink in
      let g = gradient.reshaped(to: [gradient.count / Swift.max(outputs, 1), outputs])
      if let matrix { sink.add(g.matmul(matrix).reshaped(to: shape), to: a) }
      if let x { sink.add(g.transposed().matmul(x), to: w) }
      sink.add(g.sum(along: [0]), to: b)
    }
  }
}

/// A product's gradient brought to the shape of the operand: broadcast axes summed, a vector's second axis removed.
private func matrixGradient(_ gradient: Tensor<Float>, of shape: Shape, isRow: Bool) -> Tensor<
  Float
> {
  guard shape.rank == 1 else { return gradient.summed(to: shape) }
  return gradient.summed(to: isRow ? [1, shape[0]] : [shape[0], 1]).reshaped(to: shape)
}
