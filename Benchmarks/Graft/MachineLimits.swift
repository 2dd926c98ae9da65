import CGraftKernels
import Foundation
import GraftTensor

/// What the machine can do at most with a number of threads: no kernel is faster.
struct MachineLimits: Codable {
  let threads: Int
  /// Billions of additions and multiplications a second, on registers alone.
  let gflops: Double
  /// Billions of bytes a second that are copied from memory to memory: as many are read, as many written.
  let copyRate: Double

  /// Measures the machine with the given number of threads.
  static func measure(threads: Int, _ repetition: Repetition) -> MachineLimits {
    ComputeThreads.withCount(threads) {
      MachineLimits(
        threads: threads, gflops: measureMultiplyAdds(threads, repetition),
        copyRate: measureCopying(threads, repetition))
    }
  }

  private static func measureMultiplyAdds(_ threads: Int, _ repetition: Repetition) -> Double {
    let kernels = Kernels.current.pointee
    // A few milliseconds for each thread: long enough that handing out work does not count.
    let rounds = 1_000_000
    let step = {
      parallelFor(threads, grain: 1) { part in
        for _ in part { _ = kernels.multiply_add_loop(rounds, 0.5, 1) }
      }
    }
    repetition.warmUp(step)
    let operations = 2 * Double(threads * rounds * kernels.multiply_adds_per_round)
    // The fastest run: a limit is what nothing exceeds.
    return operations / repetition.time(step).minimum / 1e9
  }

  private static func measureCopying(_ threads: Int, _ repetition: Repetition) -> Double {
    // Several times the largest caches.
    let bytes = 256 << 20
    let source = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes, alignment: 64)
    let target = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes, alignment: 64)
    defer {
      source.deallocate()
      target.deallocate()
    }
    source.initializeMemory(as: UInt8.self, repeating: 1)
    target.initializeMemory(as: UInt8.self, repeating: 0)
    let step = {
      parallelFor(bytes, grain: 4 << 20) { range in
        UnsafeMutableRawBufferPointer(rebasing: target[range]).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: source[range]))
      }
    }
    repetition.warmUp(step)
    return Double(bytes) / repetition.time(step).minimum / 1e9
  }
}
