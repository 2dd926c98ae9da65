import CGraftKernels
import Foundation
import GraftTensor
import Testing

@Suite struct KernelsTeamTests {
  @Test func partitionCoversEveryElementOnce() {
    for count in [0, 1, 2, 7, 63, 64, 65, 1000, 4097] {
      for grain in [1, 2, 3, 64, 5000] {
        let partition = Partition(count: count, grain: grain)
        var next = 0
        for part in 0..<partition.parts {
          let range = partition.range(of: part)
          #expect(range.lowerBound == next && !range.isEmpty)
          next = range.upperBound
        }
        #expect(next == count)
      }
    }
  }

  /// Counts how often each element is visited; adds are to distinct elements, so no two threads share one.
  private func visits(_ count: Int, grain: Int, threads: Int) -> [UInt8] {
    var seen = [UInt8](repeating: 0, count: count)
    seen.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      nonisolated(unsafe) let place = base
      ComputeThreads.withCount(threads) {
        parallelFor(count, grain: grain) { range in
          for i in range { place[i] += 1 }
        }
      }
    }
    return seen
  }

  @Test func visitsEveryElementOnce() {
    for threads in [1, 2, 3, 8] {
      for _ in 0..<50 {
        #expect(visits(257, grain: 3, threads: threads).allSatisfy { $0 == 1 })
      }
    }
  }

  @Test func nestedCallsFinish() {
    let outer = 16
    let inner = 100
    var seen = [UInt8](repeating: 0, count: outer * inner)
    seen.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      nonisolated(unsafe) let place = base
      ComputeThreads.withCount(4) {
        parallelFor(outer, grain: 1) { rows in
          for row in rows {
            parallelFor(inner, grain: 7) { columns in
              for column in columns { place[row * inner + column] += 1 }
            }
          }
        }
      }
    }
    #expect(seen.allSatisfy { $0 == 1 })
  }

  @Test func concurrentCallersFinish() async {
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<6 {
        group.addTask {
          (0..<200).allSatisfy { _ in visits(97, grain: 2, threads: 4).allSatisfy { $0 == 1 } }
        }
      }
      for await correct in group { #expect(correct) }
    }
  }

  /// After a rest the workers sleep; they have to wake up again, and jobs may be longer than the spin.
  @Test func wakesUpAfterRest() {
    for round in 0..<5 {
      usleep(2_000)
      #expect(visits(64, grain: 1, threads: 2).allSatisfy { $0 == 1 })
      ComputeThreads.withCount(2) {
        parallelFor(2, grain: 1) { range in usleep(range.lowerBound == round % 2 ? 1_500 : 10) }
      }
    }
  }

  @Test func workersUseTheCallersKernels() {
    for table in Kernels.available {
      nonisolated(unsafe) var agree = [Bool](repeating: false, count: 32)
      agree.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        nonisolated(unsafe) let place = base
        ComputeThreads.withCount(2) {
          Kernels.using(table) {
            parallelFor(32, grain: 1) { range in
              for i in range { place[i] = Kernels.current == table }
            }
          }
        }
      }
      #expect(agree.allSatisfy { $0 })
    }
  }

  @Test func overridesEndWithTheirScope() {
    let threads = ComputeThreads.count
    let table = Kernels.current
    ComputeThreads.withCount(threads + 3) { #expect(ComputeThreads.count == threads + 3) }
    Kernels.using(Kernels.available[0]) { #expect(Kernels.current == Kernels.available[0]) }
    #expect(ComputeThreads.count == threads)
    #expect(Kernels.current == table)
    #expect(ComputeThreads.available >= 1)
  }

  @Test func scratchIsReused() {
    let first = graft_scratch(0, 1000)
    #expect(first != nil && Int(bitPattern: first) % 64 == 0)
    #expect(graft_scratch(0, 500) == first)
    #expect(graft_scratch(0, 3 << 20) != nil)
  }
}
