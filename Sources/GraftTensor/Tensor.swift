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
  var body: TensorBody

  /// A contiguous tensor whose elements are undefined: for whoever writes them all, at ``firstElement``, before anybody reads.
  init(uninitialized shape: Shape) {
    body = TensorBody(shape: shape, elementSize: MemoryLayout<Scalar>.stride)
  }

  /// A view of the elements of a tensor's storage, of which the one at `offset` becomes the first.
  init(storage: TensorBody, shape: Shape, strides: Shape, offset: Int) {
    let address = storage.address + offset * MemoryLayout<Scalar>.stride
    body = TensorBody(viewing: storage, shape: shape, strides: strides, address: address)
  }

  /// A contiguous tensor whose elements `initialize` writes, all of them.
  package init(shape: Shape, initializingWith initialize: (UnsafeMutableBufferPointer<Scalar>) throws -> Void)
    rethrows
  {
    self.init(uninitialized: shape)
    try initialize(UnsafeMutableBufferPointer(start: firstElement, count: body.count))
  }

  /// A read-only contiguous tensor over memory that `owner` keeps alive, a mapped file for example.
  ///
  /// The first write to it, or to a copy of it, copies the elements.
  package init(borrowing pointer: UnsafePointer<Scalar>, shape: Shape, owner: AnyObject) {
    body = TensorBody(borrowing: pointer, shape: shape, owner: owner)
  }
}

extension Tensor {
  /// The lengths of the axes, outermost first; empty for a scalar.
  public var shape: Shape { body.shape }

  /// The number of axes.
  public var rank: Int { body.shape.rank }

  /// The number of elements.
  public var count: Int { body.count }

  /// The distance in elements between neighbours along each axis; 0 along a broadcast axis.
  package var strides: Shape { body.strides }

  /// Whether the elements lie row-major without gaps.
  package var isContiguous: Bool { body.isContiguous }

  /// What has the memory of the elements.
  var storage: TensorBody { body.root }

  /// Where the first element lies in the storage.
  package var offset: Int {
    (body.address - storage.address) / MemoryLayout<Scalar>.stride
  }

  /// The first element; the tensor has to be kept alive while it is used.
  var firstElement: UnsafeMutablePointer<Scalar> { body.address.assumingMemoryBound(to: Scalar.self) }
}
