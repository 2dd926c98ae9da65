extension Tensor {
  /// Replaces the elements by as many others that `body` computes from them, where both are contiguous: in place if
  /// nobody shares the memory, else in fresh memory, without a copy in between.
  ///
  /// `body` may get the same memory twice.
  package mutating func rewriteElements(
    _ body: (_ elements: UnsafePointer<Scalar>, _ out: UnsafeMutablePointer<Scalar>) -> Void
  ) {
    guard count > 0 else { return }
    if isUniquelyWritable() {
      withExtendedLifetime(self) { body(firstElement, firstElement) }
    } else {
      let old = contiguous()
      self = Tensor(shape: shape) { buffer in
        guard let out = buffer.baseAddress else { return }
        old.withUnsafeElements { body($0, out) }
      }
    }
  }

  /// Calls `body` with a pointer to the elements in row-major order; `nil` for a tensor that is missing.
  package static func withElements<Result>(
    of tensor: Tensor?, _ body: (UnsafePointer<Scalar>?) throws -> Result
  ) rethrows -> Result {
    guard let tensor else { return try body(nil) }
    return try tensor.withContiguousBuffer { try body($0.baseAddress) }
  }

  /// Calls `body` with pointers to the elements of several tensors in row-major order.
  package static func withElements<Result>(
    of tensors: [Tensor], _ body: ([UnsafePointer<Scalar>]) throws -> Result
  ) rethrows -> Result {
    let contiguous = tensors.map { $0.contiguous() }
    return try withExtendedLifetime(contiguous) {
      try body(contiguous.map { UnsafePointer($0.firstElement) })
    }
  }
}
