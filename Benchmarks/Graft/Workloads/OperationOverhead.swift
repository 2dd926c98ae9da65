import Graft
import GraftTensor

/// What a recorded operation costs beside its arithmetic, forward and backward: a chain of 1,000 ReLUs on 64 values, less the
/// time of the kernels alone.
struct OperationOverhead: Workload {
  let name = "operation_overhead"
  private let length = 1000
  private let width = 64

  func prepare() -> Prepared {
    let parameter = Parameter(Tensor<Float>(repeating: 1, shape: [width]))
    var rows = [Float](repeating: 1, count: 2 * width)
    return Prepared(
      pieces: length,
      beside: { [length, width] in
        let kernels = Kernels.current.pointee
        rows.withUnsafeMutableBufferPointer { rows in
          guard let x = rows.baseAddress else { return }
          for _ in 0..<length {
            kernels.relu(x, x, width)
            kernels.relu_backward(x, x + width, x + width, width)
          }
        }
      },
      step: { [length] in
        _ = valueAndGradients {
          var chain = parameter.variable
          for _ in 0..<length { chain = chain.relu() }
          return chain.sum()
        }
      })
  }
}
