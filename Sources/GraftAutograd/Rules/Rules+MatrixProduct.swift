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
    linear(weight: weight, bias: bias, activation: .identity)
  }

  /// A linear map of the last axis with an activation of the result, in one pass: f(x · wᵀ + b).
  ///
  /// What the activation was applied to is kept only where its derivative cannot be computed from the result.
  package func linear(weight: Variable, bias: Variable?, activation: FusedActivation) -> Variable {
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
    let isRecorded = Scope.tape != nil && (a ?? w ?? b) != nil
    let derivative = activation.derivative
    let (result, argument) = rows.linear(
      weight: weight.value, bias: bias?.value, activation: activation,
      keepsPreactivation: isRecorded && derivative?.point == .argument)
    let point = derivative?.point == .result ? result : argument
    var resultShape = shape
    resultShape[shape.rank - 1] = outputs
    return .record(result.reshaped(to: resultShape), a, w, b) { [shape] gradient, sink in
      gradient = gradient.reshaped(to: [gradient.count / Swift.max(outputs, 1), outputs])
      if let derivative, let point { gradient.pullBack(through: derivative.kernel, at: point) }
      if let matrix { sink.add(gradient.matmul(matrix).reshaped(to: shape), to: a) }
      if let x { sink.add(gradient.transposed().matmul(x), to: w) }
      sink.add(gradient.sum(along: [0]), to: b)
    }
  }
}

extension FusedActivation {
  /// What a derivative is computed from: the function's argument or its result.
  fileprivate enum DerivativePoint { case argument, result }

  /// The kernel that multiplies a gradient by the derivative, and what it has to know; `nil` for the identity.
  fileprivate var derivative: (kernel: DerivativeKernel, point: DerivativePoint)? {
    switch self {
    case .identity: return nil
    case .relu: return (.relu, .result)
    case .gelu: return (.gelu, .argument)
    case .geluTanh: return (.geluTanh, .argument)
    case .silu: return (.silu, .argument)
    case .tanh: return (.tanhFromResult, .result)
    case .sigmoid: return (.sigmoidFromResult, .result)
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
