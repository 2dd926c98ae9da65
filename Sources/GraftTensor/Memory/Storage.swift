/// The memory behind one or more tensors: a block of the pool, or a read-only region that something else owns.
///
/// A storage that one tensor alone refers to may be written; every writer goes through
/// `Tensor.withUnsafeMutableBuffer`, which copies first otherwise. That makes sharing across threads safe.
final class Storage<Scalar: TensorScalar>: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<Scalar>
  let count: Int
  private let origin: Origin

  private enum Origin {
    case pool(sizeClass: Int)
    case borrowed(owner: AnyObject)
  }

  /// Fresh memory for `count` elements, content undefined.
  init(count: Int) {
    let (address, sizeClass) = MemoryPool.shared.take(bytes: count * MemoryLayout<Scalar>.stride)
    pointer = address.bindMemory(to: Scalar.self, capacity: count)
    self.count = count
    origin = .pool(sizeClass: sizeClass)
  }

  /// Elements that `owner` keeps alive and nobody may write, a mapped file for example.
  init(borrowing pointer: UnsafePointer<Scalar>, count: Int, owner: AnyObject) {
    self.pointer = UnsafeMutablePointer(mutating: pointer)
    self.count = count
    origin = .borrowed(owner: owner)
  }

  /// Whether the elements may be written at all.
  var isWritable: Bool {
    if case .pool = origin { return true }
    return false
  }

  deinit {
    if case .pool(let sizeClass) = origin {
      MemoryPool.shared.give(UnsafeMutableRawPointer(pointer), sizeClass: sizeClass)
    }
  }
}
