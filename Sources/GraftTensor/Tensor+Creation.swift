extension Tensor {
  /// A tensor with the given elements in row-major order.
  ///
  /// Traps if the number of elements does not fit the shape.
  public init(shape: Shape, scalars: [Scalar]) {
    require(
      scalars.count == shape.elementCount,
      "Tensor: \(scalars.count) elements cannot fill shape \(shape), which has \(shape.elementCount)")
    self.init(shape: shape) { buffer in
      _ = buffer.initialize(from: scalars)
    }
  }

  /// A tensor whose elements all have the same value.
  @specialized(where Scalar == Float)
  public init(repeating value: Scalar, shape: Shape) {
    self.init(shape: shape) { $0.initialize(repeating: value) }
  }

  /// A tensor without axes that holds one value.
  public init(_ scalar: Scalar) {
    self.init(repeating: scalar, shape: [])
  }

  /// A vector, shape `[scalars.count]`.
  public init(_ scalars: [Scalar]) {
    self.init(shape: [scalars.count], scalars: scalars)
  }

  /// A matrix from its rows, shape `[rows.count, rows[0].count]`.
  ///
  /// Traps if the rows differ in length.
  public init(_ rows: [[Scalar]]) {
    let width = rows.first?.count ?? 0
    for row in rows {
      require(
        row.count == width, "Tensor: rows of \(width) and of \(row.count) elements do not fit together")
    }
    self.init(shape: [rows.count, width], scalars: rows.flatMap { $0 })
  }

  /// A tensor of zeros (`false` for `Bool`).
  public static func zeros(_ shape: Shape) -> Tensor {
    Tensor(repeating: Scalar.zeroValue, shape: shape)
  }
}

extension Tensor where Scalar: Numeric {
  /// A tensor of ones.
  public static func ones(_ shape: Shape) -> Tensor {
    Tensor(repeating: 1, shape: shape)
  }

  /// The identity matrix, shape `[size, size]`.
  public static func identity(_ size: Int) -> Tensor {
    Tensor(shape: [size, size]) { buffer in
      buffer.initialize(repeating: 0)
      for index in 0..<size { buffer[index * size + index] = 1 }
    }
  }
}

extension Tensor where Scalar: BinaryInteger {
  /// The consecutive numbers of a range, shape `[range.count]`.
  public init(_ range: Range<Int>) {
    self.init(range.map { Scalar($0) })
  }
}

extension Tensor where Scalar: BinaryFloatingPoint {
  /// `count` evenly spaced numbers from the range's lower to its upper bound, both included.
  ///
  /// Traps unless `count` is positive.
  public init(evenlySpaced range: ClosedRange<Scalar>, count: Int) {
    require(count > 0, "Tensor(evenlySpaced:count:): count \(count) is not positive")
    let step = count > 1 ? (range.upperBound - range.lowerBound) / Scalar(count - 1) : 0
    self.init(
      (0..<count).map {
        $0 == count - 1 && count > 1 ? range.upperBound : range.lowerBound + Scalar($0) * step
      })
  }
}
