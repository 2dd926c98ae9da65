import GraftTensor

/// How far ahead of a loop batches are prepared, and by how many threads.
struct Lookahead: Sendable {
  /// How many batches may be ready or in work.
  let depth: Int
  let workers: Int

  /// Traps if one of them is negative.
  init(_ prefetch: Int, _ workers: Int) {
    require(prefetch >= 0, "batches: prefetch \(prefetch) is negative")
    require(workers >= 0, "batches: \(workers) workers")
    depth = prefetch
    self.workers = workers
  }

  /// For work that decodes files: half of the processors leave the other half to training until batches are ahead.
  static let decodingWorkers = max(ComputeThreads.available / 2, 1)
}
