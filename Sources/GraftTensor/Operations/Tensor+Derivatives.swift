import CGraftKernels

/// A function whose derivative has a kernel of its own, and what the kernel needs to know of it.
package enum DerivativeKernel: CaseIterable {
  /// Computed from the function's argument x; for `relu` its result serves as well.
  case relu, gelu, geluTanh, silu, softplus
  /// Computed from the function's result y.
  case tanhFromResult, sigmoidFromResult

  fileprivate func apply(
    _ x: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>,
    _ count: Int
  ) {
    let kernels = Kernels.current
    switch self {
    case .relu: kernels.pointee.relu_backward(x, gradient, out, count)
    case .gelu: kernels.pointee.gelu_backward(x, gradient, out, count)
    case .geluTanh: kernels.pointee.gelu_tanh_backward(x, gradient, out, count)
    case .silu: kernels.pointee.silu_backward(x, gradient, out, count)
    case .softplus: kernels.pointee.softplus_backward(x, gradient, out, count)
    case .tanhFromResult: kernels.pointee.tanh_backward_from_output(x, gradient, out, count)
    case .sigmoidFromResult: kernels.pointee.sigmoid_backward_from_output(x, gradient, out, count)
    }
  }
}

extension Tensor where Scalar == Float {
  /// Multiplies this gradient of a function's result by the derivative, which makes it the gradient of the argument:
  /// one pass, in place if nobody shares the gradient.
  ///
  /// `point` is the function's argument or its result, whichever the kernel asks for. Traps unless the shapes are equal.
  package mutating func pullBack(through function: DerivativeKernel, at point: Tensor) {
    require(shape == point.shape, "pullBack: shapes \(point.shape) and \(shape) differ")
    let target = isUniquelyWritable() ? self : Tensor(uninitialized: shape)
    Tensor.apply(function, at: point.contiguous(), to: contiguous(), into: target.firstElement)
    self = target
  }

  private static func apply(
    _ function: DerivativeKernel, at point: Tensor, to gradient: Tensor, into out: UnsafeMutablePointer<Float>
  ) {
    let (x, g) = (point.firstElement, gradient.firstElement)
    parallelFor(point.count, grain: elementwiseGrain / 2) { range in
      let start = range.lowerBound
      function.apply(x + start, g + start, out + start, range.count)
    }
    withExtendedLifetime((point, gradient)) {}
  }

  /// The gradient of logits from that of their softmax along the last axis, of which this tensor is the result:
  /// y · (g − Σ g·y). With `logarithm`, of their log-softmax: g − eʸ · Σ g.
  ///
  /// Traps unless the shapes are equal and have an axis.
  package func softmaxPullback(_ gradient: Tensor, logarithm: Bool) -> Tensor {
    require(
      shape == gradient.shape && rank > 0, "softmaxPullback: shapes \(shape) and \(gradient.shape) differ")
    let length = shape[rank - 1]
    return Tensor(shape: shape) { buffer in
      withContiguousBuffer { y in
        gradient.withContiguousBuffer { g in
          guard let out = buffer.baseAddress, let y = y.baseAddress, let g = g.baseAddress, length > 0
          else { return }
          parallelFor(count / length, grain: Swift.max(1, elementwiseGrain / 4 / length)) { rows in
            let kernels = Kernels.current
            for row in rows {
              let start = row * length
              if logarithm {
                kernels.pointee.log_softmax_backward(y + start, g + start, out + start, length)
              } else {
                kernels.pointee.softmax_backward(y + start, g + start, out + start, length)
              }
            }
          }
        }
      }
    }
  }
}
