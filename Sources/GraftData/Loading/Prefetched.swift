import GraftTensor

/// Batches of any kind that background threads make ahead of the loop that uses them, where making one can fail: of texts,
/// of records of your own.
///
/// ```swift
/// let batches = Prefetched(count: lists.count) { TokenBatch(lists[$0].map { encodings[$0] }) }
/// var iterator = batches.makeIterator()
/// while let batch = try iterator.next() {
///   train(on: batch)
/// }
/// ```
///
/// The batches and their order are the same with any number of threads. One that can't be made ends the pass:
/// `next()` throws its error after all batches before it. Leaving the loop ends the threads. Each iterator starts anew.
///
/// It is no `Sequence`, because those can't fail, and not asynchronous, because a training step belongs to its thread.
public struct Prefetched<Batch: Sendable>: Sendable {
  typealias Job = @Sendable () throws -> Batch?

  private let lookahead: Lookahead
  private let jobs: @Sendable () -> @Sendable (Int) throws -> Job?
  private let clock = WaitingClock()

  /// - Parameters:
  ///   - lookahead: How far ahead, and by how many threads.
  ///   - jobs: Gives, for each pass, what gives the jobs of a ``Prefetcher``.
  init(_ lookahead: Lookahead, jobs: @escaping @Sendable () -> @Sendable (Int) throws -> Job?) {
    self.lookahead = lookahead
    self.jobs = jobs
  }

  /// Batches that follow from their numbers.
  ///
  /// - Parameters:
  ///   - count: How many there are.
  ///   - first: The number of the first that is made: where an interrupted pass goes on. Default: 0.
  ///   - prefetch: How many may be ready or in work ahead of the loop, at least one for each worker. 0 makes each when
  ///     it is asked for, without a thread. Traps if negative.
  ///   - workers: How many threads make batches, each one at a time; 0 is like a prefetch of 0. Traps if negative.
  ///   - make: Makes a batch from its number, or `nil` to leave it out. Called from several threads at once if there
  ///     are several.
  public init(
    count: Int, startingAt first: Int = 0, prefetch: Int = 2, workers: Int = 1,
    make: @escaping @Sendable (Int) throws -> Batch?
  ) {
    require(count >= 0 && first >= 0, "Prefetched: \(count) batches from \(first) on")
    self.init(Lookahead(prefetch, workers)) {
      { number in
        guard number < count - first else { return nil }
        return { try make(first + number) }
      }
    }
  }

  /// How long the loops over these batches have waited for one so far; see ``Batches/waitingTime``.
  public var waitingTime: Duration { clock.total }

  /// Starts a pass.
  public func makeIterator() -> Iterator {
    Iterator(
      prefetcher: Prefetcher(
        depth: lookahead.depth, workers: lookahead.workers, clock: clock, nextJob: jobs()))
  }

  /// Calls `body` with the batches of a pass, one after the other; what it throws ends the pass too.
  public func forEachBatch(_ body: (Batch) throws -> Void) throws {
    var iterator = makeIterator()
    while let batch = try iterator.next() { try body(batch) }
  }

  /// Hands out batches one after the other.
  public struct Iterator {
    let prefetcher: Prefetcher<Batch?, any Error>

    /// The next batch, as soon as it is made; `nil` after the last one and after an error.
    public mutating func next() throws -> Batch? {
      while let result = try prefetcher.next() {
        if let result { return result }
      }
      return nil
    }
  }
}
