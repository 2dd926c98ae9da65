/// A rectangular array of numbers: a value that is copied on write.
///
/// Elements lie row-major unless the tensor is a view (`transposed()`, slices, broadcasts), which shares its
/// elements with the tensor it was made from and only differs in shape and strides. Sharing can't be observed:
/// whoever writes first gets a copy.
///
/// ```swift
/// let weights = Tensor<Float>([[1, 2], [3, 4]])
/// let doubled = weights.transposed() * 2
/// ```
///
/// `Tensor<Float>` runs on vector kernels. Other element types use plain loops.
public struct Tensor<Scalar: TensorScalar>: Sendable {
  /// The lengths of the axes, outermost first; empty for a scalar.
  public let shape: Shape

  /// The distance in elements between neighbours along each axis; 0 along a broadcast axis.
  package let strides: Shape

  /// Whether the elements lie row-major without gaps.
  package let isContiguous: Bool

  /// Where the first element lies in the storage.
  package let offset: Int

  var storage: Storage<Scalar>

  init(storage: Storage<Scalar>, shape: Shape, strides: Shape, offset: Int) {
    self.storage = storage
    self.shape = shape
    self.strides = strides
    self.offset = offset
    isContiguous = shape.isContiguous(strides: strides)
  }

  /// A contiguous tensor.
  private init(contiguous storage: Storage<Scalar>, shape: Shape) {
    self.storage = storage
    self.shape = shape
    strides = shape.contiguousStrides
    offset = 0
    isContiguous = true
  }

  /// A contiguous tensor whose elements `initialize` writes, all of them.
  package init(shape: Shape, initializingWith initialize: (UnsafeMutableBufferPointer<Scalar>) throws -> Void)
    rethrows
  {
    let count = shape.elementCount
    let storage = Storage<Scalar>(count: count)
    try initialize(UnsafeMutableBufferPointer(start: storage.pointer, count: count))
    self.init(contiguous: storage, shape: shape)
  }

  /// A read-only contiguous tensor over memory that `owner` keeps alive, a mapped file for example.
  ///
  /// The first write to it, or to a copy of it, copies the elements.
  package init(borrowing pointer: UnsafePointer<Scalar>, shape: Shape, owner: AnyObject) {
    let storage = Storage(borrowing: pointer, count: shape.elementCount, owner: owner)
    self.init(contiguous: storage, shape: shape)
  }
}

extension Tensor {
  /// The number of axes.
  public var rank: Int { shape.rank }

  /// The number of elements.
  public var count: Int { shape.elementCount }
}

extension Shape {
  /// Whether elements that lie `strides` apart are row-major without gaps.
  fileprivate func isContiguous(strides: Shape) -> Bool {
    var distance = 1
    var axis = rank - 1
    while axis >= 0 {
      if self[axis] != 1 {
        if strides[axis] != distance { return elementCount == 0 }
        distance *= self[axis]
      }
      axis -= 1
    }
    return true
  }
}
