/// An element type that tensors calculate with: an integer or a floating-point number.
///
/// The requirements beyond `Numeric` are the inner loops of tensor operations. They work on contiguous runs, so
/// that all knowledge about shapes stays outside. Each has a default, a plain loop; a type with faster code at
/// hand replaces it. Only `Float` does so here, and the plain loops are what its tests compare with.
///
/// Pointers passed to them may be equal but never overlap otherwise.
public protocol NumericScalar: MatrixScalar, Comparable {
  /// The quotient; of integers, rounded towards zero.
  static func / (left: Self, right: Self) -> Self

  /// Writes `operation(left[i], right[i])` to `out[i]` for `count` elements.
  ///
  /// A step is 1 for a row and 0 for a single number that repeats.
  static func combine(
    _ operation: BinaryOperation, _ left: UnsafePointer<Self>, step leftStep: Int,
    _ right: UnsafePointer<Self>, step rightStep: Int, into out: UnsafeMutablePointer<Self>, count: Int)

  /// Writes whether `comparison` holds between `left[i]` and `right[i]` to `out[i]` for `count` elements.
  ///
  /// A step is 1 for a row and 0 for a single number that repeats.
  static func compare(
    _ comparison: Comparison, _ left: UnsafePointer<Self>, step leftStep: Int,
    _ right: UnsafePointer<Self>, step rightStep: Int, into out: UnsafeMutablePointer<Bool>, count: Int)

  /// Folds `count` elements into one. The maximum and the minimum need at least one element.
  static func reduce(_ reduction: Reduction, _ row: UnsafePointer<Self>, count: Int) -> Self

  /// The position of the extreme among `count` elements, of which there is at least one: of equal ones the first, of NaN
  /// the first NaN.
  static func position(of extreme: Extreme, _ row: UnsafePointer<Self>, count: Int) -> Int

  /// One step along `count` columns: where `row[i]` surpasses `best[i]` it takes its place, and `positions[i]` becomes
  /// `position`. NaN surpasses every number, and nothing surpasses NaN.
  static func track(
    _ extreme: Extreme, _ row: UnsafePointer<Self>, at position: Int32, best: UnsafeMutablePointer<Self>,
    positions: UnsafeMutablePointer<Int32>, count: Int)
}

/// The largest or the smallest of some elements.
public enum Extreme: Sendable, Hashable, CaseIterable {
  /// The largest and the smallest.
  case maximum, minimum
}

/// An operation on pairs of elements.
public enum BinaryOperation: Sendable, Hashable, CaseIterable {
  /// The four basic operations.
  case add, subtract, multiply, divide
  /// The larger and the smaller; NaN if either is NaN.
  case maximum, minimum
}

/// A relation between pairs of elements; all but `notEqual` are false where NaN takes part.
public enum Comparison: Sendable, Hashable, CaseIterable {
  /// Whether both are the same number.
  case equal, notEqual
  /// Which comes first.
  case less, lessOrEqual, greater, greaterOrEqual
}

/// A way to fold many elements into one.
public enum Reduction: Sendable, Hashable, CaseIterable {
  /// The sum of the elements (0 of none) and their product (1 of none).
  case sum, product
  /// The sum of the elements' squares.
  case sumOfSquares
  /// The extremes; NaN if any element is NaN.
  case maximum, minimum

  /// What joins two partial results.
  var joining: BinaryOperation {
    switch self {
    case .sum, .sumOfSquares: return .add
    case .product: return .multiply
    case .maximum: return .maximum
    case .minimum: return .minimum
    }
  }

  /// The reduction that folds partial results.
  var ofPartialResults: Reduction { self == .sumOfSquares ? .sum : self }
}

extension Int8: NumericScalar {}
extension Int16: NumericScalar {}
extension Int32: NumericScalar {}
extension Int64: NumericScalar {}
extension UInt8: NumericScalar {}
extension UInt16: NumericScalar {}
extension UInt32: NumericScalar {}
extension UInt64: NumericScalar {}
extension Double: FloatingPointScalar {}
