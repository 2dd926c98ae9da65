extension Float {
  public static func matrixProduct(_ left: Tensor<Float>, _ right: Tensor<Float>) -> Tensor<Float> {
    let plan = MatrixProductPlan(left, right)
    return Tensor(shape: plan.outputShape) { output in
      guard let c = output.baseAddress, output.count > 0 else { return }
      left.withUnsafeElements { a in
        right.withUnsafeElements { b in plan.folded().multiply(a, b, into: c) }
      }
    }
  }
}

extension MatrixProductPlan {
  /// The same products in as few and as large pieces as the strides allow.
  ///
  /// Neighbouring batch axes that both operands walk through evenly become one. Where B is the same for all matrices of
  /// the innermost batch axis and A's rows go on evenly from one matrix to the next, as in a linear layer applied to a
  /// batch of sequences, they become the rows of one tall matrix.
  fileprivate func folded() -> MatrixProductPlan {
    var plan = self
    var axis = 0
    while axis < plan.batch.rank {
      if plan.batch[axis] == 1 {
        plan.removeBatchAxis(axis)
      } else if axis + 1 < plan.batch.rank, plan.batch[axis + 1] != 1,
        plan.aBatchStrides[axis] == plan.batch[axis + 1] * plan.aBatchStrides[axis + 1],
        plan.bBatchStrides[axis] == plan.batch[axis + 1] * plan.bBatchStrides[axis + 1]
      {
        plan.batch[axis + 1] *= plan.batch[axis]
        plan.removeBatchAxis(axis)
      } else {
        axis += 1
      }
    }
    let last = plan.batch.rank - 1
    if last >= 0, plan.bBatchStrides[last] == 0,
      plan.m == 1 || plan.aBatchStrides[last] == plan.m * plan.aRowStride
    {
      if plan.m == 1 { plan.aRowStride = plan.aBatchStrides[last] }
      plan.m *= plan.batch[last]
      plan.removeBatchAxis(last)
    }
    return plan
  }

  private mutating func removeBatchAxis(_ axis: Int) {
    batch.remove(at: axis)
    aBatchStrides.remove(at: axis)
    bBatchStrides.remove(at: axis)
  }

  /// Multiplies with the kernels: the innermost batch axis as one batch, the outer ones one after the other.
  fileprivate func multiply(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, into c: UnsafeMutablePointer<Float>
  ) {
    var outer = self
    var (count, aStride, bStride) = (1, 0, 0)
    if batch.rank > 0 {
      let last = batch.rank - 1
      (count, aStride, bStride) = (batch[last], aBatchStrides[last], bBatchStrides[last])
      outer.removeBatchAxis(last)
    }
    outer.forEachMatrix { aStart, bStart, index in
      gemmBatched(
        count: count, m: m, n: n, k: k,
        a: a + aStart, aStride: aStride, aRowStride: aRowStride, aColumnStride: aColumnStride,
        b: b + bStart, bStride: bStride, bRowStride: bRowStride, bColumnStride: bColumnStride,
        c: c + index * count * m * n, cStride: m * n, cRowStride: n, accumulate: false)
    }
  }
}
