extension Tensor where Scalar: BinaryFloatingPoint {
  /// The same numbers as this type of element, rounded to the nearest.
  public init<Other: TensorScalar & BinaryInteger>(_ other: Tensor<Other>) {
    self.init(converting: other) { Scalar($0) }
  }

  /// The same numbers as this type of element, rounded to the nearest.
  public init<Other: TensorScalar & BinaryFloatingPoint>(_ other: Tensor<Other>) {
    self.init(converting: other) { Scalar($0) }
  }
}

extension Tensor where Scalar: BinaryInteger {
  /// The same numbers as this type of element.
  ///
  /// Traps if a number does not fit.
  public init<Other: TensorScalar & BinaryInteger>(_ other: Tensor<Other>) {
    self.init(converting: other) { Scalar($0) }
  }

  /// The numbers rounded towards zero.
  ///
  /// Traps if a number is not finite or does not fit.
  public init<Other: TensorScalar & BinaryFloatingPoint>(_ other: Tensor<Other>) {
    self.init(converting: other) { Scalar($0) }
  }
}

extension Tensor where Scalar: Numeric {
  /// 1 where the mask is true and 0 elsewhere.
  public init(_ mask: Tensor<Bool>) {
    self.init(converting: mask) { $0 ? 1 : 0 }
  }
}
