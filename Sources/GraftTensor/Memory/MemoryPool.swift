import CGraftKernels

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

  fileprivate struct State {
    var counts = Statistics()
    var cacheLimit: Int
    /// The free blocks of each size class: each block begins with the address of the next.
    let freeBlocks: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    var slabRemainder: (address: UnsafeMutableRawPointer, bytes: Int)?
  }

  // Every tensor passes through here twice, so the lock and the state are plain memory: some ten nanoseconds in all.
  private let lock: UnsafeMutablePointer<Int32>
  private let state: UnsafeMutablePointer<State>

  /// A pool that keeps at most `cacheLimit` bytes of freed large blocks (default: 8 GiB).
  init(cacheLimit: Int = 8 << 30) {
    lock = .allocate(capacity: 1)
    lock.initialize(to: 0)
    let freeBlocks = UnsafeMutablePointer<UnsafeMutableRawPointer?>.allocate(capacity: SizeClass.count)
    freeBlocks.initialize(repeating: nil, count: SizeClass.count)
    state = .allocate(capacity: 1)
    state.initialize(to: State(cacheLimit: cacheLimit, freeBlocks: freeBlocks))
  }

  deinit {
    state.pointee.freeBlocks.deallocate()
    state.deallocate()
    lock.deallocate()
  }

  private func withLock<Result>(_ body: (inout State) -> Result) -> Result {
    graft_lock(lock)
    defer { graft_unlock(lock) }
    return body(&state.pointee)
  }

  /// The most freed bytes the pool keeps in large blocks; beyond it, memory goes back to the system at once.
  public var limit: Int {
    get { withLock { $0.cacheLimit } }
    set {
      withLock { $0.cacheLimit = newValue }
      trim(to: newValue)
    }
  }

  /// What the pool holds now.
  public var statistics: Statistics { withLock { $0.counts } }

  /// Starts the measurement of the peak anew from what is in use now.
  public func resetPeak() {
    withLock { $0.counts.peakBytesInUse = $0.counts.bytesInUse }
  }

  /// The most that is in use at once while `body` runs, with what was in use before.
  ///
  /// Counts what all threads do meanwhile. The pool's own ``Statistics/peakBytesInUse`` goes on as if nobody had asked.
  public func peakBytesInUse(during body: () throws -> Void) rethrows -> Int {
    let before = statistics.peakBytesInUse
    resetPeak()
    defer { withLock { $0.counts.peakBytesInUse = max($0.counts.peakBytesInUse, before) } }
    try body()
    return statistics.peakBytesInUse
  }

  /// Gives freed large blocks back to the system until at most `bytes` are kept.
  ///
  /// Small blocks (below one huge page) live in slabs that stay with the pool.
  public func trim(to bytes: Int = 0) {
    withLock { state in
      for index in stride(from: SizeClass.count - 1, through: SizeClass.firstLarge, by: -1) {
        while state.counts.bytesCached > bytes, let block = state.popFree(index) {
          state.counts.bytesCached -= SizeClass.bytes(of: index)
          Pages.unmap(block)
        }
      }
    }
  }

  /// A block of at least `bytes` bytes whose content is undefined, and the class to give it back with.
  package func take(bytes: Int) -> (address: UnsafeMutableRawPointer, sizeClass: Int) {
    let sizeClass = SizeClass.index(forBytes: bytes)
    let size = SizeClass.bytes(of: sizeClass)
    let address = withLock { state in
      state.counts.bytesInUse += size
      state.counts.peakBytesInUse = max(state.counts.peakBytesInUse, state.counts.bytesInUse)
      if let block = state.popFree(sizeClass) {
        state.counts.bytesCached -= size
        return block
      }
      if sizeClass >= SizeClass.firstLarge {
        state.counts.systemAllocations += 1
        return Pages.map(bytes: size)
      }
      return state.carve(bytes: size)
    }
    return (address, sizeClass)
  }

  /// Takes back a block that ``take(bytes:)`` handed out.
  package func give(_ address: UnsafeMutableRawPointer, sizeClass: Int) {
    let size = SizeClass.bytes(of: sizeClass)
    withLock { state in
      state.counts.bytesInUse -= size
      if sizeClass >= SizeClass.firstLarge && state.counts.bytesCached + size > state.cacheLimit {
        Pages.unmap(address)
      } else {
        state.counts.bytesCached += size
        state.pushFree(address, sizeClass)
      }
    }
  }
}

extension MemoryPool.State {
  fileprivate func pushFree(_ block: UnsafeMutableRawPointer, _ sizeClass: Int) {
    block.storeBytes(of: freeBlocks[sizeClass], as: UnsafeMutableRawPointer?.self)
    freeBlocks[sizeClass] = block
  }

  fileprivate func popFree(_ sizeClass: Int) -> UnsafeMutableRawPointer? {
    guard let block = freeBlocks[sizeClass] else { return nil }
    freeBlocks[sizeClass] = block.load(as: UnsafeMutableRawPointer?.self)
    return block
  }

  /// Cuts a small block from the current slab, or from a new one.
  fileprivate mutating func carve(bytes: Int) -> UnsafeMutableRawPointer {
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
  private mutating func retireSlabRemainder() {
    guard var (address, bytes) = slabRemainder else { return }
    for index in stride(from: SizeClass.firstLarge - 1, through: 0, by: -1) {
      let size = SizeClass.bytes(of: index)
      while bytes >= size {
        pushFree(address, index)
        counts.bytesCached += size
        address += size
        bytes -= size
      }
    }
    slabRemainder = nil
  }
}
