extension Tensor where Scalar: FloatingPointScalar {
  /// Probabilities from logits along one axis: exp(x − max x) / Σ exp(x − max x).
  ///
  /// Where all logits are -∞, or any is NaN or ∞, the result is NaN. Traps if the axis does not exist.
  public func softmax(along axis: Int = -1) -> Tensor {
    softmax(along: axis, logarithm: false, operation: "softmax")
  }

  /// The logarithm of ``softmax(along:)``, computed without a detour through small probabilities.
  public func logSoftmax(along axis: Int = -1) -> Tensor {
    softmax(along: axis, logarithm: true, operation: "logSoftmax")
  }

  private func softmax(along axis: Int, logarithm: Bool, operation: StaticString) -> Tensor {
    let position = shape.normalized(axis: axis, operation: operation)
    if count == 0 { return self }
    guard position == rank - 1 else {
      let shifted = self - max(along: [position], keepingAxes: true)
      var result = shifted.exp()
      let sums = result.sum(along: [position], keepingAxes: true)
      if logarithm { return shifted - sums.log() }
      result /= sums
      return result
    }
    let length = shape[position]
    return Tensor(shape: shape) { buffer in
      withContiguousBuffer { elements in
        guard let source = elements.baseAddress, let out = buffer.baseAddress else { return }
        parallelFor(elements.count / length, grain: Swift.max(1, elementwiseGrain / 4 / length)) { rows in
          for row in rows {
            Scalar.softmax(
              source + row * length, logarithm: logarithm, into: out + row * length, count: length)
          }
        }
      }
    }
  }
}
