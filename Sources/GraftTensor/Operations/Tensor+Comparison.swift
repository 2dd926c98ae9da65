infix operator .& : LogicalConjunctionPrecedence
infix operator .| : LogicalDisjunctionPrecedence
infix operator .== : ComparisonPrecedence
infix operator .!= : ComparisonPrecedence
prefix operator .!

// Comparisons broadcast like arithmetic and trap like it. NaN is unequal to everything and in no order with it.

extension Tensor where Scalar: NumericScalar {
  /// Where the elements, broadcast together, are equal.
  public static func .== (left: Tensor, right: Tensor) -> Tensor<Bool> {
    compared(.equal, left, right, operation: ".==")
  }

  /// Where the elements, broadcast together, differ.
  public static func .!= (left: Tensor, right: Tensor) -> Tensor<Bool> {
    compared(.notEqual, left, right, operation: ".!=")
  }

  /// Where the left element is smaller, broadcast together.
  public static func .< (left: Tensor, right: Tensor) -> Tensor<Bool> {
    compared(.less, left, right, operation: ".<")
  }

  /// Where the left element is not larger, broadcast together.
  public static func .<= (left: Tensor, right: Tensor) -> Tensor<Bool> {
    compared(.lessOrEqual, left, right, operation: ".<=")
  }

  /// Where the left element is larger, broadcast together.
  public static func .> (left: Tensor, right: Tensor) -> Tensor<Bool> {
    compared(.greater, left, right, operation: ".>")
  }

  /// Where the left element is not smaller, broadcast together.
  public static func .>= (left: Tensor, right: Tensor) -> Tensor<Bool> {
    compared(.greaterOrEqual, left, right, operation: ".>=")
  }

  /// Where the elements equal a number.
  public static func .== (left: Tensor, right: Scalar) -> Tensor<Bool> { left .== Tensor(right) }
  /// Where the elements differ from a number.
  public static func .!= (left: Tensor, right: Scalar) -> Tensor<Bool> { left .!= Tensor(right) }
  /// Where the elements are smaller than a number.
  public static func .< (left: Tensor, right: Scalar) -> Tensor<Bool> { left .< Tensor(right) }
  /// Where the elements are not larger than a number.
  public static func .<= (left: Tensor, right: Scalar) -> Tensor<Bool> { left .<= Tensor(right) }
  /// Where the elements are larger than a number.
  public static func .> (left: Tensor, right: Scalar) -> Tensor<Bool> { left .> Tensor(right) }
  /// Where the elements are not smaller than a number.
  public static func .>= (left: Tensor, right: Scalar) -> Tensor<Bool> { left .>= Tensor(right) }

  private static func compared(
    _ comparison: Comparison, _ left: Tensor, _ right: Tensor, operation: StaticString
  ) -> Tensor<Bool> {
    Tensor<Bool>.combining(left, right, operation: operation) { a, aStep, b, bStep, out, count in
      Scalar.compare(comparison, a, step: aStep, b, step: bStep, into: out, count: count)
    }
  }
}
