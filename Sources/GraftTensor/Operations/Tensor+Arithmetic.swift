// Operands broadcast: axes are matched from the last, and an axis of length 1, or a missing one, repeats. Each
// operation traps if the shapes are incompatible.
//
// Operands are consumed: where one is an intermediate result that nobody else holds, its memory becomes the result's.

extension Tensor where Scalar: NumericScalar {
  /// The sums of the elements, broadcast together.
  public static func + (left: consuming Tensor, right: consuming Tensor) -> Tensor {
    combined(.add, left, right, operation: "+")
  }

  /// The differences of the elements, broadcast together.
  public static func - (left: consuming Tensor, right: consuming Tensor) -> Tensor {
    combined(.subtract, left, right, operation: "-")
  }

  /// The products of the elements, broadcast together. For the matrix product see `matmul`.
  public static func * (left: consuming Tensor, right: consuming Tensor) -> Tensor {
    combined(.multiply, left, right, operation: "*")
  }

  /// The quotients of the elements, broadcast together; those of integers are rounded towards zero.
  public static func / (left: consuming Tensor, right: consuming Tensor) -> Tensor {
    combined(.divide, left, right, operation: "/")
  }

  /// The larger element of each pair, broadcast together; NaN if either is NaN.
  public static func maximum(_ left: consuming Tensor, _ right: consuming Tensor) -> Tensor {
    combined(.maximum, left, right, operation: "maximum")
  }

  /// The smaller element of each pair, broadcast together; NaN if either is NaN.
  public static func minimum(_ left: consuming Tensor, _ right: consuming Tensor) -> Tensor {
    combined(.minimum, left, right, operation: "minimum")
  }

  /// Adds a number to each element.
  public static func + (left: consuming Tensor, right: Scalar) -> Tensor { left + Tensor(right) }
  /// Adds a number to each element.
  public static func + (left: Scalar, right: consuming Tensor) -> Tensor { Tensor(left) + right }
  /// Subtracts a number from each element.
  public static func - (left: consuming Tensor, right: Scalar) -> Tensor { left - Tensor(right) }
  /// Subtracts each element from a number.
  public static func - (left: Scalar, right: consuming Tensor) -> Tensor { Tensor(left) - right }
  /// Multiplies each element by a number.
  public static func * (left: consuming Tensor, right: Scalar) -> Tensor { left * Tensor(right) }
  /// Multiplies each element by a number.
  public static func * (left: Scalar, right: consuming Tensor) -> Tensor { Tensor(left) * right }
  /// Divides each element by a number.
  public static func / (left: consuming Tensor, right: Scalar) -> Tensor { left / Tensor(right) }
  /// Divides a number by each element.
  public static func / (left: Scalar, right: consuming Tensor) -> Tensor { Tensor(left) / right }
  /// The larger of each element and a number; NaN if either is NaN.
  public static func maximum(_ left: consuming Tensor, _ right: Scalar) -> Tensor {
    maximum(left, Tensor(right))
  }
  /// The smaller of each element and a number; NaN if either is NaN.
  public static func minimum(_ left: consuming Tensor, _ right: Scalar) -> Tensor {
    minimum(left, Tensor(right))
  }

  /// Adds the elements of `right`, which must broadcast to the shape of `left`; in place if nobody shares it.
  public static func += (left: inout Tensor, right: Tensor) {
    left.combine(.add, right, operation: "+=")
  }

  /// Subtracts the elements of `right`, which must broadcast to the shape of `left`; in place if nobody shares it.
  public static func -= (left: inout Tensor, right: Tensor) {
    left.combine(.subtract, right, operation: "-=")
  }

  /// Multiplies by the elements of `right`, which must broadcast to the shape of `left`; in place if nobody
  /// shares it.
  public static func *= (left: inout Tensor, right: Tensor) {
    left.combine(.multiply, right, operation: "*=")
  }

  /// Divides by the elements of `right`, which must broadcast to the shape of `left`; in place if nobody shares it.
  public static func /= (left: inout Tensor, right: Tensor) {
    left.combine(.divide, right, operation: "/=")
  }

  /// Adds a number to each element; in place if nobody shares the tensor.
  public static func += (left: inout Tensor, right: Scalar) { left += Tensor(right) }
  /// Subtracts a number from each element; in place if nobody shares the tensor.
  public static func -= (left: inout Tensor, right: Scalar) { left -= Tensor(right) }
  /// Multiplies each element by a number; in place if nobody shares the tensor.
  public static func *= (left: inout Tensor, right: Scalar) { left *= Tensor(right) }
  /// Divides each element by a number; in place if nobody shares the tensor.
  public static func /= (left: inout Tensor, right: Scalar) { left /= Tensor(right) }

  private static func combined(
    _ kind: BinaryOperation, _ left: consuming Tensor, _ right: consuming Tensor, operation: StaticString
  ) -> Tensor {
    let shape = Shape.broadcast(left.shape, right.shape, operation: operation)
    if left.shape == shape && left.isReusable() {
      left.overwrite(kind, with: right, isLeft: true)
      return left
    }
    if right.shape == shape && right.isReusable() {
      right.overwrite(kind, with: left, isLeft: false)
      return right
    }
    return combining(left, right, operation: operation) { a, aStep, b, bStep, out, count in
      Scalar.combine(kind, a, step: aStep, b, step: bStep, into: out, count: count)
    }
  }

  private mutating func combine(_ kind: BinaryOperation, _ other: Tensor, operation: StaticString) {
    require(
      Shape.broadcast(shape, other.shape, operation: operation) == shape,
      "\(operation): shape \(other.shape) does not broadcast to \(shape)")
    // `x += x` holds the storage twice, so that a write in place never meets its own operand.
    if isUniquelyWritable() {
      overwrite(kind, with: other, isLeft: true)
    } else {
      self = Tensor.combined(kind, self, other, operation: operation)
    }
  }

  /// Whether an operand that nobody needs any more may hold the result: its memory is its own and no larger.
  private mutating func isReusable() -> Bool { storage.count == count && isUniquelyWritable() }

  /// Writes the result over this operand, the left or the right one, whose memory nobody shares.
  private mutating func overwrite(_ kind: BinaryOperation, with other: Tensor, isLeft: Bool) {
    guard count > 0 else { return }
    let target = storage.pointer + offset
    let other = other.broadcast(to: shape)
    let loop = BroadcastLoop(shape: shape, left: shape.contiguousStrides, right: other.strides)
    guard loop.rightStep == 0 || loop.rightStep == 1 else {
      return overwrite(kind, with: other.contiguous(), isLeft: isLeft)
    }
    other.withUnsafeElements { source in
      parallelFor(count, grain: elementwiseGrain) { range in
        loop.forEachRun(in: range) { output, _, place, count in
          let (own, others) = (UnsafePointer(target + output), source + place)
          if isLeft {
            Scalar.combine(
              kind, own, step: 1, others, step: loop.rightStep, into: target + output, count: count)
          } else {
            Scalar.combine(
              kind, others, step: loop.rightStep, own, step: 1, into: target + output, count: count)
          }
        }
      }
    }
  }
}

extension Tensor where Scalar: NumericScalar & SignedNumeric {
  /// Each element with the opposite sign.
  public static prefix func - (tensor: consuming Tensor) -> Tensor { tensor * -1 }
}
