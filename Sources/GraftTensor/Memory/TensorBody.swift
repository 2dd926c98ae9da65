/// What a tensor refers to: its shape, where its elements lie, and the memory, which is a block of the pool, that of another body
/// (for a view), or a read-only region that something else owns.
///
/// A tensor is one reference to a body, so that copying one costs no more than counting. The element type is the
/// tensor's business, so that making a body needs no look-up of a generic type.
///
/// Elements may be written by a tensor that alone refers to its body, whose memory nobody else refers to; every writer goes
/// through `Tensor.isUniquelyWritable()` and copies first otherwise. That makes sharing across threads safe.
final class TensorBody: @unchecked Sendable {
  // Lengths and strides are stored in words, because an object that holds vectors is allocated in a slower way.
  private let lengths: Shape.Words
  private let rank: Int32

  /// The strides of a body that is not contiguous; those of others follow from the shape, and few ask for them.
  private let distances: Shape.Words

  /// The number of elements.
  let count: Int

  /// The first element.
  let address: UnsafeMutableRawPointer

  /// Whether the elements lie row-major without gaps.
  let isContiguous: Bool

  /// The size class of the pool's block at `address`; `nil` if there is none.
  private let sizeClass: UInt8?

  /// For a view, the body that has the memory, which is no view itself.
  private var base: TensorBody?

  /// Whoever keeps memory alive that is not the pool's.
  private let owner: AnyObject?

  /// A contiguous body with memory of its own, content undefined.
  init(shape: Shape, elementSize: Int) {
    lengths = Shape.Words(shape.lanes)
    rank = Int32(truncatingIfNeeded: shape.rank)
    distances = Shape.Words(Shape.Lanes())
    count = shape.elementCount
    let block = MemoryPool.shared.take(bytes: count * elementSize)
    address = block.address
    sizeClass = UInt8(truncatingIfNeeded: block.sizeClass)
    isContiguous = true
    owner = nil
  }

  /// A view of some elements of `base`, from the one at `address` on.
  init(viewing base: TensorBody, shape: Shape, strides: Shape, address: UnsafeMutableRawPointer) {
    self.base = base.root
    lengths = Shape.Words(shape.lanes)
    rank = Int32(truncatingIfNeeded: shape.rank)
    distances = Shape.Words(strides.lanes)
    count = shape.elementCount
    self.address = address
    sizeClass = nil
    isContiguous = shape.isContiguous(strides: strides)
    owner = nil
  }

  /// A contiguous body of elements that `owner` keeps alive and nobody may write, a mapped file for example.
  init(borrowing address: UnsafeRawPointer, shape: Shape, owner: AnyObject) {
    lengths = Shape.Words(shape.lanes)
    rank = Int32(truncatingIfNeeded: shape.rank)
    distances = Shape.Words(Shape.Lanes())
    count = shape.elementCount
    self.address = UnsafeMutableRawPointer(mutating: address)
    sizeClass = nil
    isContiguous = true
    self.owner = owner
  }

  deinit {
    if let sizeClass { MemoryPool.shared.give(address, sizeClass: Int(sizeClass)) }
  }

  /// The lengths of the axes.
  var shape: Shape { Shape(lanes: lengths.lanes, rank: Int(rank)) }

  /// The distance in elements between neighbours along each axis; 0 along a broadcast axis.
  var strides: Shape {
    isContiguous ? shape.contiguousStrides : Shape(lanes: distances.lanes, rank: Int(rank))
  }

  /// The body that has the memory: this one, unless it is a view.
  var root: TensorBody { base ?? self }

  /// Whether the elements may be written at all.
  var isWritable: Bool { root.sizeClass != nil }

  /// Whether the memory is this body's alone, given that one tensor alone refers to this body.
  func hasMemoryToItself() -> Bool {
    base == nil ? sizeClass != nil : isKnownUniquelyReferenced(&base) && isWritable
  }
}

extension Shape {
  /// The bits of ``Lanes`` without their alignment.
  fileprivate struct Words {
    private let bits: (UInt64, UInt64, UInt64, UInt64)

    init(_ lanes: Lanes) { bits = unsafeBitCast(lanes, to: (UInt64, UInt64, UInt64, UInt64).self) }

    var lanes: Lanes { unsafeBitCast(bits, to: Lanes.self) }
  }

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
