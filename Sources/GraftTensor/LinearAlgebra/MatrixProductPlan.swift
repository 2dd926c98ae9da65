/// How the elements of two operands meet in a batched matrix product.
///
/// The last two axes of each operand are a matrix; the others, broadcast together, number the products. Nothing is
/// copied: transposed, sliced and broadcast operands are read where they lie, by their strides. Offsets count
/// elements from the first of an operand.
struct MatrixProductPlan {
  /// A is m × k, B is k × n, C is m × n.
  var m: Int
  let n: Int
  let k: Int
  var aRowStride: Int
  let aColumnStride: Int
  let bRowStride: Int
  let bColumnStride: Int

  /// The batch axes, then m and n.
  let outputShape: Shape

  /// The lengths of the batch axes and the distances of A's and B's matrices along each.
  var batch: Shape
  var aBatchStrides: Shape
  var bBatchStrides: Shape

  /// A plan for operands with two axes or more.
  ///
  /// Traps with both shapes unless A's columns match B's rows and the batch axes broadcast.
  init<Scalar>(_ left: Tensor<Scalar>, _ right: Tensor<Scalar>) {
    let (a, b) = (left.rank - 2, right.rank - 2)
    require(
      a >= 0 && b >= 0 && left.shape[a + 1] == right.shape[b],
      "matmul: shapes \(left.shape) and \(right.shape) do not fit: the columns of the first have to be as many as "
        + "the rows of the second")
    (m, k, n) = (left.shape[a], left.shape[a + 1], right.shape[b + 1])
    (aRowStride, aColumnStride) = (left.strides[a], left.strides[a + 1])
    (bRowStride, bColumnStride) = (right.strides[b], right.strides[b + 1])

    let aBatch = Shape(left.shape.prefix(a))
    let bBatch = Shape(right.shape.prefix(b))
    batch = aBatch == bBatch ? aBatch : Shape.broadcast(aBatch, bBatch, operation: "matmul")
    aBatchStrides = Self.strides(of: left, over: batch)
    bBatchStrides = Self.strides(of: right, over: batch)
    var shape = batch
    shape.append(m)
    shape.append(n)
    outputShape = shape
  }

  /// The distances of an operand's matrices along the batch axes; 0 where it repeats.
  private static func strides<Scalar>(of operand: Tensor<Scalar>, over batch: Shape) -> Shape {
    var result = Shape(repeating: 0, rank: batch.rank)
    let shift = batch.rank - (operand.rank - 2)
    for axis in 0..<(operand.rank - 2) where operand.shape[axis] != 1 {
      result[axis + shift] = operand.strides[axis]
    }
    return result
  }

  /// Calls `body` with the offsets of A and B and the number of the product, outermost batch axis first.
  func forEachMatrix(_ body: (_ a: Int, _ b: Int, _ index: Int) -> Void) {
    let count = batch.elementCount
    guard count > 0 else { return }
    var position = Shape(repeating: 0, rank: batch.rank)
    var (a, b) = (0, 0)
    for index in 0..<count {
      body(a, b, index)
      var axis = batch.rank - 1
      while axis >= 0 {
        position[axis] += 1
        a += aBatchStrides[axis]
        b += bBatchStrides[axis]
        if position[axis] < batch[axis] { break }
        a -= batch[axis] * aBatchStrides[axis]
        b -= batch[axis] * bBatchStrides[axis]
        position[axis] = 0
        axis -= 1
      }
    }
  }
}
