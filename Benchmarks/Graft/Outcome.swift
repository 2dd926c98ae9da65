import Foundation
import Graft

/// What came of one workload.
struct Outcome: Decodable, Equatable {
  let work: String
  /// The median, in seconds.
  let seconds: Double
  /// The fastest run.
  let minimum: Double
  /// How many runs were timed.
  let runs: Int
  let threads: Int
  /// The most memory the process had resident, in MiB.
  let peakMemory: Double
  /// The most it had before it prepared the workload: what the program itself takes.
  let baseMemory: Double
  /// Billions of additions and multiplications a second.
  let gflops: Double?
  /// How often the pool asked the system for memory while the warm steps were timed.
  let systemAllocations: Int
  /// For the cost beside something: how long that takes, in seconds; it is not in `seconds`.
  let beside: Double?
  /// The share of their time that the timed steps waited for data, where they do.
  var waitingShare: Double?

  enum CodingKeys: String, CodingKey {
    case work, seconds, runs, threads, gflops
    case minimum = "min_seconds"
    case peakMemory = "peak_mb"
    case baseMemory = "base_mb"
    case systemAllocations = "system_allocations"
    case beside = "beside_seconds"
    case waitingShare = "waiting_share"
  }

  /// One JSON object on a line of its own.
  var json: String {
    var members = [
      "\"work\": \"\(work)\"", "\"seconds\": \(seconds)", "\"threads\": \(threads)",
      "\"peak_mb\": \(rounded(peakMemory))", "\"base_mb\": \(rounded(baseMemory))",
      "\"gflops\": \(gflops.map { "\(rounded($0))" } ?? "null")",
      "\"min_seconds\": \(minimum)", "\"runs\": \(runs)", "\"system_allocations\": \(systemAllocations)",
    ]
    if let beside { members.append("\"beside_seconds\": \(beside)") }
    if let waitingShare { members.append("\"waiting_share\": \(waitingShare)") }
    return "{\(members.joined(separator: ", "))}"
  }

  private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}

extension Workload {
  /// Prepares the workload and times it, in this process.
  func measure(_ repetition: Repetition) throws -> Outcome {
    let base = peakMemory()
    let prepared = try prepare()
    repetition.warmUp(prepared.step)
    let before = MemoryPool.shared.statistics.systemAllocations
    let waitingBefore = prepared.waiting?()
    let timing = repetition.time(prepared.step)
    let waited = prepared.waiting.map { $0() - (waitingBefore ?? .zero) }
    let allocations = MemoryPool.shared.statistics.systemAllocations - before
    let pieces = Double(prepared.pieces)
    var beside: Double?
    if let subtracted = prepared.beside {
      repetition.warmUp(subtracted)
      beside = repetition.time(subtracted).median / pieces
    }
    return Outcome(
      work: name, seconds: timing.median / pieces - (beside ?? 0),
      minimum: timing.minimum / pieces - (beside ?? 0), runs: timing.runs, threads: ComputeThreads.count,
      peakMemory: peakMemory(), baseMemory: base, gflops: arithmetic.map { $0 / timing.median / 1e9 },
      systemAllocations: allocations, beside: beside, waitingShare: waited.map { $0 / .seconds(timing.total) }
    )
  }
}
