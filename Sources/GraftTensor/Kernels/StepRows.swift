/// A parameter, its gradient and what the optimizer remembers about it, as pointers to rows of one length.
struct StepRows {
  let parameter: UnsafeMutablePointer<Float>
  let gradient: UnsafePointer<Float>
  let first, second, third: UnsafeMutablePointer<Float>?
  let count: Int

  /// Elements that one thread takes at a time: some 20 µs where three or four rows come from memory.
  static let grain = 1 << 14

  /// The same rows, limited to a range of elements.
  subscript(range: Range<Int>) -> StepRows {
    let start = range.lowerBound
    return StepRows(
      parameter: parameter + start, gradient: gradient + start, first: first.map { $0 + start },
      second: second.map { $0 + start }, third: third.map { $0 + start }, count: range.count)
  }
}

/// What Adam's moments are divided by, because they start from zero: 1 - beta^number.
struct AdamBias {
  let first: Double
  /// The square root of the second moment's.
  let secondRoot: Double

  init(beta1: Double, beta2: Double, number: Int) {
    first = 1 - Double.power(beta1, number)
    secondRoot = (1 - Double.power(beta2, number)).squareRoot()
  }
}

extension Double {
  /// `base` to a whole power of at least 0, by repeated squaring.
  static func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }
}

extension Tensor where Scalar == Float {
  /// Calls `body` with the rows of a step, unless they are empty. Traps if a shape is not the parameter's.
  mutating func withStepRows(
    _ optimizer: StaticString, _ gradient: Tensor, _ first: inout Tensor?, _ second: inout Tensor?,
    _ third: inout Tensor?, _ body: (StepRows) -> Void
  ) {
    let shape = shape
    require(
      gradient.shape == shape,
      "\(optimizer): gradient of shape \(gradient.shape) for a parameter of shape \(shape)")
    withUnsafeMutableBuffer { parameter in
      gradient.withContiguousBuffer { gradient in
        first.withStepRow(optimizer, shape) { first in
          second.withStepRow(optimizer, shape) { second in
            third.withStepRow(optimizer, shape) { third in
              guard let start = parameter.baseAddress, let slope = gradient.baseAddress else { return }
              body(
                StepRows(
                  parameter: start, gradient: slope, first: first, second: second, third: third,
                  count: parameter.count))
            }
          }
        }
      }
    }
  }

  /// ``withStepRows(_:_:_:_:_:_:)`` for an optimizer that remembers one row.
  mutating func withStepRows(
    _ optimizer: StaticString, _ gradient: Tensor, _ first: inout Tensor?, _ body: (StepRows) -> Void
  ) {
    var (second, third): (Tensor?, Tensor?) = (nil, nil)
    withStepRows(optimizer, gradient, &first, &second, &third, body)
  }
}

extension Tensor<Float>? {
  /// Becomes zeros of the given shape if there is nothing yet.
  mutating func makeIfMissing(_ shape: Shape) {
    if self == nil { self = .zeros(shape) }
  }

  /// Calls `body` with the elements for writing, or nil if there are none.
  fileprivate mutating func withStepRow(
    _ optimizer: StaticString, _ shape: Shape, _ body: (UnsafeMutablePointer<Float>?) -> Void
  ) {
    // Taken out, so that nobody else refers to the elements and they are not copied.
    guard var tensor = take() else { return body(nil) }
    require(
      tensor.shape == shape,
      "\(optimizer): state of shape \(tensor.shape) for a parameter of shape \(shape)")
    tensor.withUnsafeMutableBuffer { body($0.baseAddress) }
    self = tensor
  }
}
