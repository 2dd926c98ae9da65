/// A tensor whose element type is known only when the program runs: what a file or a checkpoint holds.
///
/// ```swift
/// if let weights = anyTensor.as(Float.self) { … }
/// ```
public struct AnyTensor: Sendable {
  private let base: any ErasableTensor

  /// Wraps a tensor; its elements are shared, not copied.
  public init<Scalar>(_ tensor: Tensor<Scalar>) {
    base = tensor
  }

  /// The kind of the elements.
  public var elementType: ElementType { base.elementType }

  /// The lengths of the axes, outermost first.
  public var shape: Shape { base.shape }

  /// The tensor, if its elements are of this very type.
  public func `as`<Scalar: TensorScalar>(_ type: Scalar.Type) -> Tensor<Scalar>? {
    base as? Tensor<Scalar>
  }

  /// The tensor with elements of this type, if nothing is lost by it; else `nil`.
  ///
  /// That is so for elements of the type itself, for `Float` as `Double`, and for integers as another integer type
  /// that holds all the values present.
  public func converted<Scalar: TensorScalar>(to type: Scalar.Type) -> Tensor<Scalar>? {
    self.as(type) ?? base.convertedExactly(to: type)
  }

  /// A view with the axes in the opposite order.
  func withReversedAxes() -> AnyTensor { base.withReversedAxes() }

  /// A view of this tensor, a row of elements, with another shape and elements that lie `strides` apart.
  ///
  /// All of the view's elements have to be among those of the row.
  func viewed(as shape: Shape, strides: Shape) -> AnyTensor { base.viewed(as: shape, strides: strides) }

  /// This tensor, or a copy if its elements belong to something else, a mapped file for example.
  package func owned() -> AnyTensor { base.erasedOwned() }

  /// Calls `body` with the elements' bytes in row-major order.
  package func withContiguousBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try base.withContiguousBytes(body)
  }
}

/// What a tensor can do without its element type being known.
private protocol ErasableTensor: Sendable {
  var elementType: ElementType { get }
  var shape: Shape { get }
  func withReversedAxes() -> AnyTensor
  func viewed(as shape: Shape, strides: Shape) -> AnyTensor
  func erasedOwned() -> AnyTensor
  func convertedExactly<Target: TensorScalar>(to type: Target.Type) -> Tensor<Target>?
  func withContiguousBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result
}

extension Tensor: ErasableTensor {
  var elementType: ElementType { Scalar.elementType }

  func withReversedAxes() -> AnyTensor { AnyTensor(permuted(Array((0..<rank).reversed()))) }

  func viewed(as shape: Shape, strides: Shape) -> AnyTensor {
    AnyTensor(Tensor(storage: storage, shape: shape, strides: strides, offset: offset))
  }

  func erasedOwned() -> AnyTensor { AnyTensor(owned()) }

  func withContiguousBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try withContiguousBuffer { try body(UnsafeRawBufferPointer($0)) }
  }

  func convertedExactly<Target: TensorScalar>(to type: Target.Type) -> Tensor<Target>? {
    if let source = self as? Tensor<Float>, type == Double.self {
      return Tensor<Double>(source) as? Tensor<Target>
    }
    guard let integers = Scalar.self as? any (TensorScalar & FixedWidthInteger).Type,
      let target = type as? any (TensorScalar & FixedWidthInteger).Type
    else { return nil }
    return convertedIntegers(integers, to: target)?.as(type)
  }

  /// The integers as those of another type, if all of them fit.
  private func convertedIntegers<Source, Target>(_ source: Source.Type, to target: Target.Type) -> AnyTensor?
  where Source: TensorScalar & FixedWidthInteger, Target: TensorScalar & FixedWidthInteger {
    guard let tensor = self as? Tensor<Source> else { return nil }
    let converted = tensor.scalars.compactMap { Target(exactly: $0) }
    return converted.count == count ? AnyTensor(Tensor<Target>(shape: shape, scalars: converted)) : nil
  }
}
