extension Tensor where Scalar == Float {
  /// A linear layer in one pass: `activation(x · wᵀ + bias + residual)` for `x` this tensor.
  ///
  /// Bias, residual and activation are applied to each tile of the result while it is in the cache.
  /// - Parameters:
  ///   - weight: w, shape `[outputs, inputs]`; any strides.
  ///   - bias: shape `[outputs]`.
  ///   - residual: shape `[rows, outputs]`.
  ///   - keepsPreactivation: whether to return what the activation was applied to, too.
  /// - Returns: shape `[rows, outputs]` for a tensor of shape `[rows, inputs]`.
  ///
  /// Traps if the shapes do not fit.
  package func linear(
    weight: Tensor, bias: Tensor? = nil, residual: Tensor? = nil, activation: FusedActivation = .identity,
    keepsPreactivation: Bool = false
  ) -> (output: Tensor, preactivation: Tensor?) {
    require(
      rank == 2 && weight.rank == 2 && shape[1] == weight.shape[1],
      "linear: weight of shape \(weight.shape) for an input of shape \(shape)")
    let (m, n) = (shape[0], weight.shape[0])
    require(
      bias.map { $0.shape == [n] } ?? true,
      "linear: bias of shape \(bias?.shape ?? []) for a weight of shape \(weight.shape)")
    require(
      residual.map { $0.shape == [m, n] } ?? true,
      "linear: residual of shape \(residual?.shape ?? []) for a result of shape \([m, n])")
    let output = Tensor(uninitialized: [m, n])
    let before = keepsPreactivation ? Tensor(uninitialized: [m, n]) : nil
    withUnsafeElements { x in
      weight.withUnsafeElements { w in
        Self.withElements(of: bias) { bias in
          Self.withElements(of: residual) { residual in
            var epilogue = Epilogue(columnBias: bias, activation: activation)
            (epilogue.residual, epilogue.residualRowStride) = (residual, n)
            (epilogue.preactivation, epilogue.preactivationRowStride) = (before?.firstElement, n)
            gemm(
              m: m, n: n, k: shape[1], a: x, aRowStride: strides[0], aColumnStride: strides[1],
              b: w, bRowStride: weight.strides[1], bColumnStride: weight.strides[0],
              c: output.firstElement, cRowStride: n, accumulate: false, epilogue: epilogue)
          }
        }
      }
    }
    return (output, before)
  }

  private static func withElements(of tensor: Tensor?, _ body: (UnsafePointer<Float>?) -> Void) {
    guard let tensor else { return body(nil) }
    tensor.contiguous().withUnsafeElements { body($0) }
  }
}
