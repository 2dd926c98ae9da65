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
  public static func + (left: consuming Tensor, right: Scalar) -> Tensor {
    combined(.add, left, with: right)
  }
  /// Adds a number to each element.
  public static func + (left: Scalar, right: consuming Tensor) -> Tensor {
    combined(.add, right, with: left, numberFirst: true)
  }
  /// Subtracts a number from each element.
  public static func - (left: consuming Tensor, right: Scalar) -> Tensor {
    combined(.subtract, left, with: right)
  }
  /// Subtracts each element from a number.
  public static func - (left: Scalar, right: consuming Tensor) -> Tensor {
    combined(.subtract, right, with: left, numberFirst: true)
  }
  /// Multiplies each element by a number.
  public static func * (left: consuming Tensor, right: Scalar) -> Tensor {
    combined(.multiply, left, with: right)
  }
  /// Multiplies each element by a number.
  public static func * (left: Scalar, right: consuming Tensor) -> Tensor {
    combined(.multiply, right, with: left, numberFirst: true)
  }
  /// Divides each element by a number.
  public static func / (left: consuming Tensor, right: Scalar) -> Tensor {
    combined(.divide, left, with: right)
  }
  /// Divides a number by each element.
  public static func / (left: Scalar, right: consuming Tensor) -> Tensor {
    combined(.divide, right, with: left, numberFirst: true)
  }
  /// The larger of each element and a number; NaN if either is NaN.
  public static func maximum(_ left: consuming Tensor, _ right: Scalar) -> Tensor {
    combined(.maximum, left, with: right)
  }
  /// The smaller of each element and a number; NaN if either is NaN.
  public static func minimum(_ left: consuming Tensor, _ right: Scalar) -> Tensor {
    combined(.minimum, left, with: right)
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
  public static func += (left: inout Tensor, right: Scalar) { left.combine(.add, with: right) }
  /// Subtracts a number from each element; in place if nobody shares the tensor.
  public static func -= (left: inout Tensor, right: Scalar) { left.combine(.subtract, with: right) }
  /// Multiplies each element by a number; in place if nobody shares the tensor.
  public static func *= (left: inout Tensor, right: Scalar) { left.combine(.multiply, with: right) }
  /// Divides each element by a number; in place if nobody shares the tensor.
  public static func /= (left: inout Tensor, right: Scalar) { left.combine(.divide, with: right) }

  @specialized(where Scalar == Float)
  private static func combined(
    _ kind: BinaryOperation, _ left: consuming Tensor, _ right: consuming Tensor, operation: StaticString
  ) -> Tensor {
    let shape =
      left.shape == right.shape
      ? left.shape : Shape.broadcast(left.shape, right.shape, operation: operation)
    if left.shape == shape && left.isReusable() {
      left.overwrite(kind, with: right, isLeft: true)
      return left
    }
    if right.shape == shape && right.isReusable() {
      right.overwrite(kind, with: left, isLeft: false)
      return right
    }
    return Tensor(shape: shape) { buffer in
      guard let out = buffer.baseAddress else { return }
      walk(left, right, shape: shape, into: out) { a, aStep, b, bStep, out, count in
        Scalar.combine(kind, a, step: aStep, b, step: bStep, into: out, count: count)
      }
    }
  }

  /// The elements combined with one number, which is the right operand unless `numberFirst`.
  @specialized(where Scalar == Float)
  private static func combined(
    _ kind: BinaryOperation, _ tensor: consuming Tensor, with number: Scalar, numberFirst: Bool = false
  ) -> Tensor {
    if tensor.isReusable() {
      let target = tensor.firstElement
      combineAll(kind, target, number, numberFirst, into: target, count: tensor.count)
      return tensor
    }
    return Tensor(shape: tensor.shape) { buffer in
      guard let out = buffer.baseAddress else { return }
      tensor.withContiguousBuffer { elements in
        guard let elements = elements.baseAddress else { return }
        combineAll(kind, elements, number, numberFirst, into: out, count: buffer.count)
      }
    }
  }

  private static func combineAll(
    _ kind: BinaryOperation, _ elements: UnsafePointer<Scalar>, _ number: Scalar, _ numberFirst: Bool,
    into out: UnsafeMutablePointer<Scalar>, count: Int
  ) {
    withUnsafePointer(to: number) { number in
      parallelFor(count, grain: elementwiseGrain) { range in
        let start = range.lowerBound
        if numberFirst {
          Scalar.combine(
            kind, number, step: 0, elements + start, step: 1, into: out + start, count: range.count)
        } else {
          Scalar.combine(
            kind, elements + start, step: 1, number, step: 0, into: out + start, count: range.count)
        }
      }
    }
  }

  @specialized(where Scalar == Float)
  private mutating func combine(_ kind: BinaryOperation, _ other: Tensor, operation: StaticString) {
    require(
      shape == other.shape || Shape.broadcast(shape, other.shape, operation: operation) == shape,
      "\(operation): shape \(other.shape) does not broadcast to \(shape)")
    // `x += x` holds the body twice, so that a write in place never meets its own operand.
    if isUniquelyWritable() {
      overwrite(kind, with: other, isLeft: true)
    } else {
      self = Tensor.combined(kind, self, other, operation: operation)
    }
  }

  @specialized(where Scalar == Float)
  private mutating func combine(_ kind: BinaryOperation, with number: Scalar) {
    if isUniquelyWritable() {
      let target = firstElement
      Tensor.combineAll(kind, target, number, false, into: target, count: count)
    } else {
      self = Tensor.combined(kind, self, with: number)
    }
  }

  /// Whether an operand that nobody needs any more may hold the result: its memory is its own and no larger.
  private mutating func isReusable() -> Bool { storage.count == count && isUniquelyWritable() }

  /// Writes the result over this operand, the left or the right one, whose memory nobody shares.
  private mutating func overwrite(_ kind: BinaryOperation, with other: Tensor, isLeft: Bool) {
    let target = firstElement
    if isLeft {
      Tensor.walk(self, other, shape: shape, into: target) { a, aStep, b, bStep, out, count in
        Scalar.combine(kind, a, step: aStep, b, step: bStep, into: out, count: count)
      }
    } else {
      Tensor.walk(other, self, shape: shape, into: target) { a, aStep, b, bStep, out, count in
        Scalar.combine(kind, a, step: aStep, b, step: bStep, into: out, count: count)
      }
    }
  }
}

extension Tensor where Scalar: NumericScalar & SignedNumeric {
  /// Each element with the opposite sign.
  public static prefix func - (tensor: consuming Tensor) -> Tensor { tensor * -1 }
}
