import Foundation

/// Where tensors get their memory: freed blocks are kept and handed out again.
///
/// On Linux the hidden cost of training on a CPU is touching fresh pages: many times slower than writing warm
/// ones. A training step needs the same sizes again and again, so a freed block goes to a list of its size
/// class and the next tensor of that class takes it. Small blocks are carved from slabs, large ones are
/// mapped on their own; both lie on huge pages. The pool is safe to use from any thread.
public final class MemoryPool: @unchecked Sendable {
  /// The pool that every tensor uses.
  public static let shared = MemoryPool()

  /// A moment's account of a pool, in bytes.
  public struct Statistics: Sendable, Hashable {
    /// Held by living tensors.
    public var bytesInUse = 0
    /// Freed by tensors and kept for the next.
    public var bytesCached = 0
    /// The most that was in use at once since the start or the last ``MemoryPool/resetPeak()``.
    public var peakBytesInUse = 0
    /// How often the pool asked the system for memory: a warm training step adds nothing.
    public var systemAllocations = 0
  }

  private let lock = NSLock()
  private var freeBlocks: [[UnsafeMutableRawPointer]]
  private var slabRemainder: (address: UnsafeMutableRawPointer, bytes: Int)?
  private var counts = Statistics()
  private var cacheLimit: Int

  /// A pool that keeps at most `cacheLimit` bytes of freed large blocks (default: 8 GiB).
  init(cacheLimit: Int = 8 << 30) {
    self.cacheLimit = cacheLimit
    freeBlocks = Array(repeating: [], count: SizeClass.count)
  }

  /// The most freed bytes the pool keeps in large blocks; beyond it, memory goes back to the system at once.
  public var limit: Int {
    get { lock.withLock { cacheLimit } }
    set {
      lock.withLock { cacheLimit = newValue }
      trim(to: newValue)
    }
  }

  /// What the pool holds now.
  public var statistics: Statistics { lock.withLock { counts } }

  /// Starts the measurement of the peak anew from what is in use now.
  public func resetPeak() {
    lock.withLock { counts.peakBytesInUse = counts.bytesInUse }
  }

  /// Gives freed large blocks back to the system until at most `bytes` are kept.
  ///
  /// Small blocks (below one huge page) live in slabs that stay with the pool.
  public func trim(to bytes: Int = 0) {
    lock.withLock {
      for index in stride(from: SizeClass.count - 1, through: SizeClass.firstLarge, by: -1) {
        while counts.bytesCached > bytes, let block = freeBlocks[index].popLast() {
          counts.bytesCached -= SizeClass.bytes(of: index)
          Pages.unmap(block)
        }
      }
    }
  }

  /// A block of at least `bytes` bytes whose content is undefined, and the class to give it back with.
  func take(bytes: Int) -> (address: UnsafeMutableRawPointer, sizeClass: Int) {
    let sizeClass = SizeClass.index(forBytes: bytes)
    let size = SizeClass.bytes(of: sizeClass)
    lock.lock()
    defer { lock.unlock() }
    counts.bytesInUse += size
    counts.peakBytesInUse = max(counts.peakBytesInUse, counts.bytesInUse)
    if let block = freeBlocks[sizeClass].popLast() {
      counts.bytesCached -= size
      return (block, sizeClass)
    }
    if sizeClass >= SizeClass.firstLarge {
      counts.systemAllocations += 1
      return (Pages.map(bytes: size), sizeClass)
    }
    return (carve(bytes: size), sizeClass)
  }

  /// Takes back a block that ``take(bytes:)`` handed out.
  func give(_ address: UnsafeMutableRawPointer, sizeClass: Int) {
    let size = SizeClass.bytes(of: sizeClass)
    lock.lock()
    defer { lock.unlock() }
    counts.bytesInUse -= size
    if sizeClass >= SizeClass.firstLarge && counts.bytesCached + size > cacheLimit {
      Pages.unmap(address)
    } else {
      counts.bytesCached += size
      freeBlocks[sizeClass].append(address)
    }
  }

  /// Cuts a small block from the current slab, or from a new one.
  private func carve(bytes: Int) -> UnsafeMutableRawPointer {
    if let slab = slabRemainder, slab.bytes >= bytes {
      slabRemainder = (slab.address + bytes, slab.bytes - bytes)
      return slab.address
    }
    retireSlabRemainder()
    counts.systemAllocations += 1
    let slab = Pages.map(bytes: SizeClass.slabBytes)
    slabRemainder = (slab + bytes, SizeClass.slabBytes - bytes)
    return slab
  }

  /// Files the rest of the current slab, too small for what is asked, under the classes that it still serves.
  private func retireSlabRemainder() {
    guard var (address, bytes) = slabRemainder else { return }
    for index in stride(from: SizeClass.firstLarge - 1, through: 0, by: -1) {
      let size = SizeClass.bytes(of: index)
      while bytes >= size {
        freeBlocks[index].append(address)
        counts.bytesCached += size
        address += size
        bytes -= size
      }
    }
    slabRemainder = nil
  }
}
