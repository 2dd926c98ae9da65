import Graft

/// A matrix product: `[m, k] · [k, n]`.
struct MatrixProduct: Workload {
  let name: String
  let (rows, columns, depth): (Int, Int, Int)

  /// A product of square matrices.
  init(_ size: Int) {
    name = "gemm_\(size)"
    (rows, columns, depth) = (size, size, size)
  }

  /// A product of rectangular matrices, named m × n × k.
  init(rows: Int, columns: Int, depth: Int) {
    name = "gemm_\(rows)x\(columns)x\(depth)"
    (self.rows, self.columns, self.depth) = (rows, columns, depth)
  }

  var arithmetic: Double? { 2 * Double(rows * columns * depth) }

  func prepare() -> Prepared {
    var generator = RandomGenerator(seed: 1)
    let a = Tensor<Float>.normal([rows, depth], using: &generator)
    let b = Tensor<Float>.normal([depth, columns], using: &generator)
    return Prepared { _ = a.matmul(b) }
  }
}
