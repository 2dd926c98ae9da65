import CGraftKernels

/// What becomes of element (i, j) of a matrix product once its sum is complete, while it is still in the cache:
///
///     z = sum + rowBias[i] + columnBias[j] + residual[i · residualRowStride + j]
///     preactivation[i · preactivationRowStride + j] = z
///     c(i, j) = activation(z)
///
/// A `nil` leaves its term or line out.
package struct Epilogue {
  /// A number for each row of the product.
  package var rowBias: UnsafePointer<Float>?

  /// A number for each column of the product.
  package var columnBias: UnsafePointer<Float>?

  /// A matrix of the product's size; its rows are contiguous. It may be C itself, but may not overlap it otherwise.
  package var residual: UnsafePointer<Float>?
  package var residualRowStride = 0

  /// Where z is kept, for the derivative of the activation.
  package var preactivation: UnsafeMutablePointer<Float>?
  package var preactivationRowStride = 0

  package var activation: FusedActivation

  /// An epilogue that does what is given.
  package init(
    rowBias: UnsafePointer<Float>? = nil, columnBias: UnsafePointer<Float>? = nil,
    activation: FusedActivation = .identity
  ) {
    self.rowBias = rowBias
    self.columnBias = columnBias
    self.activation = activation
  }

  var kernelEpilogue: graft_epilogue {
    graft_epilogue(
      row_bias: rowBias, column_bias: columnBias, residual: residual, residual_row: residualRowStride,
      before: preactivation, before_row: preactivationRowStride, activation: activation.kernelActivation)
  }

  /// The same by the definition, over a whole product: what the fused one is tested against.
  package func applyReference(m: Int, n: Int, c: UnsafeMutablePointer<Float>, cRowStride: Int) {
    for i in 0..<m {
      for j in 0..<n {
        var z = c[i * cRowStride + j]
        if let rowBias { z += rowBias[i] }
        if let columnBias { z += columnBias[j] }
        if let residual { z += residual[i * residualRowStride + j] }
        preactivation?[i * preactivationRowStride + j] = z
        c[i * cRowStride + j] = activation.function.map { Float($0(Double(z))) } ?? z
      }
    }
  }
}

/// An activation that a matrix product can end with.
package enum FusedActivation: Sendable, CaseIterable {
  case identity, relu, gelu, geluTanh, silu, tanh, sigmoid

  /// The function, `nil` for the identity.
  package var function: ElementwiseFunction? {
    switch self {
    case .identity: return nil
    case .relu: return .relu
    case .gelu: return .gelu
    case .geluTanh: return .geluTanh
    case .silu: return .silu
    case .tanh: return .tanh
    case .sigmoid: return .sigmoid
    }
  }

  fileprivate var kernelActivation: graft_activation {
    switch self {
    case .identity: return GRAFT_IDENTITY
    case .relu: return GRAFT_RELU
    case .gelu: return GRAFT_GELU
    case .geluTanh: return GRAFT_GELU_TANH
    case .silu: return GRAFT_SILU
    case .tanh: return GRAFT_TANH
    case .sigmoid: return GRAFT_SIGMOID
    }
  }
}
