/// Memory of the pool for as long as this object lives: room for intermediate results of a kernel.
final class Storage<Scalar: TensorScalar>: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<Scalar>
  let count: Int
  private let sizeClass: Int

  /// Room for `count` elements, content undefined.
  init(count: Int) {
    let (address, sizeClass) = MemoryPool.shared.take(bytes: count * MemoryLayout<Scalar>.stride)
    pointer = address.bindMemory(to: Scalar.self, capacity: count)
    self.count = count
    self.sizeClass = sizeClass
  }

  deinit { MemoryPool.shared.give(pointer, sizeClass: sizeClass) }
}
