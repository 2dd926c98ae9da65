extension Tensor {
  /// The elements in row-major order, copied.
  public var scalars: [Scalar] {
    withContiguousBuffer { Array($0) }
  }

  /// The only element of a tensor that has one.
  ///
  /// Traps if there are more or none.
  public var scalar: Scalar {
    require(count == 1, "Tensor.scalar: shape \(shape) has \(count) elements, not one")
    return firstElement[0]
  }

  /// One element by its position along each axis.
  ///
  /// Traps if the position lies outside the shape.
  public func element(_ position: Int...) -> Scalar {
    firstElement[elementOffset(of: position, operation: "element")]
  }

  /// Changes one element.
  ///
  /// Traps if the position lies outside the shape.
  public mutating func setElement(_ position: Int..., to value: Scalar) {
    var index = 0
    _ = elementOffset(of: position, operation: "setElement")
    for (axis, coordinate) in position.enumerated() { index = index * shape[axis] + coordinate }
    withUnsafeMutableBuffer { $0[index] = value }
  }

  private func elementOffset(of position: [Int], operation: String) -> Int {
    require(
      position.count == rank, "\(operation): position \(position) does not have the rank of shape \(shape)")
    var result = 0
    for (axis, coordinate) in position.enumerated() {
      require(
        coordinate >= 0 && coordinate < shape[axis],
        "\(operation): position \(position) lies outside shape \(shape)")
      result += coordinate * strides[axis]
    }
    return result
  }

  /// This tensor if its elements lie row-major without gaps, else a copy for which that is so.
  @specialized(where Scalar == Float)
  public func contiguous() -> Tensor {
    isContiguous ? self : Tensor(shape: shape) { copyElements(into: $0) }
  }

  /// This tensor, or a copy if its elements belong to something else, a mapped file for example.
  package func owned() -> Tensor {
    body.isWritable ? self : Tensor(shape: shape) { copyElements(into: $0) }
  }

  /// Calls `body` with the elements in row-major order, without a copy where they already lie so.
  package func withContiguousBuffer<Result>(
    _ body: (UnsafeBufferPointer<Scalar>) throws -> Result
  ) rethrows -> Result {
    guard isContiguous else { return try contiguous().withContiguousBuffer(body) }
    return try withExtendedLifetime(self) {
      try body(UnsafeBufferPointer(start: firstElement, count: count))
    }
  }

  /// Calls `body` with a pointer to the first element; `strides` tell where the others lie.
  package func withUnsafeElements<Result>(_ body: (UnsafePointer<Scalar>) throws -> Result) rethrows -> Result
  {
    try withExtendedLifetime(self) { try body(UnsafePointer(firstElement)) }
  }

  /// Calls `body` with the elements, row-major, for writing; copies them first if anybody else can see them.
  package mutating func withUnsafeMutableBuffer<Result>(
    _ body: (UnsafeMutableBufferPointer<Scalar>) throws -> Result
  ) rethrows -> Result {
    if !isUniquelyWritable() {
      self = Tensor(shape: shape) { copyElements(into: $0) }
    }
    return try withExtendedLifetime(self) {
      try body(UnsafeMutableBufferPointer(start: firstElement, count: count))
    }
  }

  /// Whether a write would go to this tensor's own memory, without a copy.
  package mutating func isUniquelyWritable() -> Bool {
    body.isContiguous && isKnownUniquelyReferenced(&body) && body.hasMemoryToItself()
  }

  /// Writes the elements to `buffer` in row-major order.
  private func copyElements(into buffer: UnsafeMutableBufferPointer<Scalar>) {
    guard let target = buffer.baseAddress else { return }
    copy(to: target, strides: shape.contiguousStrides)
  }
}
