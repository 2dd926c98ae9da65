/// An element type whose matrices can be multiplied.
///
/// The requirement has a default, plain loops. A type with faster code at hand replaces it; only `Float` does so
/// here, and the plain loops are what its tests compare with.
public protocol MatrixScalar: TensorScalar, Numeric {
  /// What ``Tensor/matmul(_:)`` computes, of operands with two axes or more that fit together.
  static func matrixProduct(_ left: Tensor<Self>, _ right: Tensor<Self>) -> Tensor<Self>
}

extension MatrixScalar {
  public static func matrixProduct(_ left: Tensor<Self>, _ right: Tensor<Self>) -> Tensor<Self> {
    matrixProductReference(left, right)
  }

  /// The matrix product by its definition: C(i, j) = Σₚ A(i, p) · B(p, j), p ascending.
  package static func matrixProductReference(_ left: Tensor<Self>, _ right: Tensor<Self>) -> Tensor<Self> {
    let plan = MatrixProductPlan(left, right)
    return Tensor(shape: plan.outputShape) { output in
      output.initialize(repeating: 0)
      left.withUnsafeElements { a in
        right.withUnsafeElements { b in
          plan.forEachMatrix { aStart, bStart, index in
            let cStart = index * plan.m * plan.n
            for i in 0..<plan.m {
              for p in 0..<plan.k {
                let factor = a[aStart + i * plan.aRowStride + p * plan.aColumnStride]
                let row = b + bStart + p * plan.bRowStride
                for j in 0..<plan.n {
                  output[cStart + i * plan.n + j] += factor * row[j * plan.bColumnStride]
                }
              }
            }
          }
        }
      }
    }
  }
}
