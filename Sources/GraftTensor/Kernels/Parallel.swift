import CGraftKernels

/// How many threads tensor operations may use.
///
/// The number changes how fast a result arrives, never the result: work is divided the same way
/// whatever the number of threads.
public enum ComputeThreads {
  /// The number of threads, at least 1, for the whole process.
  ///
  /// By default ``available``. Traps if set to less than 1.
  public static var count: Int {
    get { Int(graft_thread_count()) }
    set {
      require(newValue >= 1, "ComputeThreads.count: \(newValue) is less than 1")
      graft_set_thread_count(Int32(clamping: newValue))
    }
  }

  /// How many threads this machine can run at once: the processors this process may be scheduled on, less
  /// where its control group has a smaller quota.
  public static var available: Int { Int(graft_hardware_threads()) }

  /// Runs `body` with another number of threads for the operations started by this thread.
  package static func withCount<Result>(_ count: Int, _ body: () throws -> Result) rethrows -> Result {
    require(count >= 1, "ComputeThreads.withCount: \(count) is less than 1")
    let previous = graft_override_thread_count(Int32(clamping: count))
    defer { _ = graft_override_thread_count(previous) }
    return try body()
  }
}

/// A division of `0..<count` into nearly equal parts that depends on `count` and `grain` alone, so that what is
/// computed per part (a partial sum, say) does not depend on the number of threads.
package struct Partition: Sendable {
  /// How many elements are divided.
  package let count: Int

  /// How many parts there are; none of them is empty.
  package let parts: Int

  /// More parts than this would not balance better.
  private static let maximumParts = 64

  /// Parts of about `grain` elements, more where there would be too many parts.
  package init(count: Int, grain: Int) {
    require(count >= 0 && grain >= 1, "Partition: count \(count), grain \(grain)")
    self.count = count
    parts = min((count + grain - 1) / grain, Partition.maximumParts)
  }

  /// The elements of one part.
  package func range(of part: Int) -> Range<Int> {
    let (size, larger) = count.quotientAndRemainder(dividingBy: parts)
    let start = part * size + min(part, larger)
    return start..<(start + size + (part < larger ? 1 : 0))
  }
}

/// Calls `body(part, range)` for every part, on the thread team, and returns when all have returned.
///
/// Inside another parallel job the parts run one after the other in the calling thread.
package func parallelFor(_ partition: Partition, _ body: (_ part: Int, _ range: Range<Int>) -> Void) {
  // A small job costs nothing more than the call.
  if partition.parts <= 1 {
    if partition.parts == 1 { body(0, 0..<partition.count) }
    return
  }
  let threads = graft_thread_count()
  if threads <= 1 {
    for part in 0..<partition.parts { body(part, partition.range(of: part)) }
    return
  }
  withoutActuallyEscaping(body) { body in
    var job = ParallelJob(partition: partition, body: body)
    withUnsafeMutablePointer(to: &job) { job in
      graft_team_run(
        { context, part in
          guard let job = context?.assumingMemoryBound(to: ParallelJob.self) else { return }
          job.pointee.body(part, job.pointee.partition.range(of: part))
        }, job, partition.parts, threads)
    }
  }
}

/// Calls `body` with ranges that together make up `0..<count`, each of about `grain` elements, on the thread team.
///
/// The ranges depend on `count` and `grain` alone. Choose the grain so that a part takes ten microseconds or more.
@inline(__always)
package func parallelFor(_ count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
  // Most calls of small networks end here.
  if count <= grain {
    if count > 0 { body(0..<count) }
    return
  }
  parallelFor(Partition(count: count, grain: grain)) { _, range in body(range) }
}

private struct ParallelJob {
  let partition: Partition
  let body: (Int, Range<Int>) -> Void
}
