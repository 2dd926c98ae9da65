import Foundation
import Testing

@testable import GraftTensor

/// Pools of their own, because the shared one is used by all tests at once.
@Suite struct MemoryPoolTests {
  private let large = 2 * Pages.hugePageBytes

  @Test(arguments: [1, 100, 5000, 3 << 20]) func handsOutFreedBlocksAgain(bytes: Int) {
    let pool = MemoryPool()
    let first = pool.take(bytes: bytes)
    pool.give(first.address, sizeClass: first.sizeClass)
    let asked = pool.statistics.systemAllocations
    let second = pool.take(bytes: bytes)
    #expect(second.address == first.address && second.sizeClass == first.sizeClass)
    #expect(pool.statistics.systemAllocations == asked)
    #expect(pool.take(bytes: bytes).address != first.address)
  }

  @Test func classesHoldWhatIsAskedAndWasteLittle() {
    var generator = RandomGenerator(seed: 1)
    for _ in 0..<2000 {
      let bytes = 1 + generator.integer(below: 1 << (1 + generator.integer(below: 34)))
      let index = SizeClass.index(forBytes: bytes)
      let size = SizeClass.bytes(of: index)
      #expect(size >= bytes && size % Pages.blockAlignment == 0)
      #expect(index == 0 || SizeClass.bytes(of: index - 1) < bytes, "a smaller class would do for \(bytes)")
      let granule = index >= SizeClass.firstLarge ? Pages.hugePageBytes : Pages.blockAlignment
      #expect(size - bytes < max(size / 5 + 1, granule), "\(bytes) in a block of \(size)")
    }
  }

  @Test func countsWhatIsUsedKeptAndAtMostUsed() {
    let pool = MemoryPool()
    let blocks = (0..<3).map { _ in pool.take(bytes: large) }
    #expect(pool.statistics.bytesInUse == 3 * large && pool.statistics.bytesCached == 0)
    #expect(pool.statistics.systemAllocations == 3)
    for block in blocks.dropFirst() { pool.give(block.address, sizeClass: block.sizeClass) }
    #expect(pool.statistics.bytesInUse == large && pool.statistics.bytesCached == 2 * large)
    #expect(pool.statistics.peakBytesInUse == 3 * large)
    pool.resetPeak()
    #expect(pool.statistics.peakBytesInUse == large)
    pool.give(blocks[0].address, sizeClass: blocks[0].sizeClass)
    #expect(pool.statistics.bytesInUse == 0 && pool.statistics.peakBytesInUse == large)
  }

  @Test func keepsNoMoreThanItsLimit() {
    let pool = MemoryPool(cacheLimit: 2 * large)
    let blocks = (0..<4).map { _ in pool.take(bytes: large) }
    for block in blocks { pool.give(block.address, sizeClass: block.sizeClass) }
    #expect(pool.statistics.bytesCached == 2 * large)
    pool.limit = large
    #expect(pool.statistics.bytesCached == large && pool.limit == large)
    pool.trim()
    #expect(pool.statistics.bytesCached == 0)
  }

  @Test func trimmingLeavesWhatIsInUse() {
    let pool = MemoryPool()
    let (kept, freed) = (pool.take(bytes: large), pool.take(bytes: large))
    kept.address.storeBytes(of: 42, as: Int.self)
    pool.give(freed.address, sizeClass: freed.sizeClass)
    pool.trim()
    #expect(kept.address.load(as: Int.self) == 42 && pool.statistics.bytesInUse == large)
  }

  /// Many threads take, write, read back and give: no block is in two hands at once.
  @Test func isSafeToUseFromAnyThread() {
    let pool = MemoryPool()
    let faults = Counter()
    DispatchQueue.concurrentPerform(iterations: 8) { worker in
      for round in 0..<200 {
        let block = pool.take(bytes: 64 << (round % 6))
        block.address.storeBytes(of: worker * 1000 + round, as: Int.self)
        let other = pool.take(bytes: 64)
        if block.address.load(as: Int.self) != worker * 1000 + round { faults.add() }
        pool.give(other.address, sizeClass: other.sizeClass)
        pool.give(block.address, sizeClass: block.sizeClass)
      }
    }
    #expect(faults.value == 0 && pool.statistics.bytesInUse == 0)
  }
}

/// Counts from any thread.
private final class Counter: @unchecked Sendable {
  private let lock = NSLock()
  private var count = 0

  var value: Int { lock.withLock { count } }

  func add() { lock.withLock { count += 1 } }
}
