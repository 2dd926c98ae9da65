import Foundation
import GraftTensor

/// Makes elements on background threads, a bounded number ahead of whoever takes them, and hands them out in order.
///
/// The work is divided in two: one thread at a time fetches the next job (reads the next rows of a file, say, or just
/// counts), and any number of them carry out jobs at once. So the elements and their order are the same with any number
/// of threads, also where the jobs come from a stream.
///
/// A failure is delivered in its place, after the elements before it, and is the last thing delivered. The threads
/// end when everything is made, after a failure, or (once the elements in work are done) when the prefetcher is
/// no longer referred to.
final class Prefetcher<Element: Sendable, Failure: Error>: Sendable {
  /// Makes one element.
  typealias Job = @Sendable () throws(Failure) -> Element

  private let queue: Queue

  /// - Parameters:
  ///   - depth: How many elements may be ready or in work before they are asked for; at least one for each worker.
  ///   - workers: How many threads there are. With none, or with a depth of 0, each element is made when it is asked
  ///     for, by the thread that asks.
  ///   - clock: Gets the time that ``next()`` takes.
  ///   - nextJob: Gives the job for the element of this number, which counts up from 0, or `nil` when there are no
  ///     more. Not called by two threads at once.
  init(
    depth: Int, workers: Int, clock: WaitingClock? = nil,
    nextJob: @escaping @Sendable (Int) throws(Failure) -> Job?
  ) {
    let isAhead = depth > 0 && workers > 0
    let queue = Queue(depth: isAhead ? max(depth, workers) : 0, clock: clock, nextJob: nextJob)
    self.queue = queue
    guard isAhead else { return }
    for _ in 0..<workers {
      // A worker keeps to itself: the team of compute threads is for the work it prepares.
      let thread = Thread { ComputeThreads.withCount(1) { queue.work() } }
      thread.name = "graft.prefetch"
      thread.start()
    }
  }

  /// - Parameters:
  ///   - count: How many elements there are.
  ///   - make: Makes an element from its number.
  convenience init(
    count: Int, depth: Int, workers: Int = 1, clock: WaitingClock? = nil,
    make: @escaping @Sendable (Int) throws(Failure) -> Element
  ) {
    self.init(depth: depth, workers: min(workers, count), clock: clock) { (number) throws(Failure) -> Job? in
      guard number < count else { return nil }
      return { () throws(Failure) -> Element in try make(number) }
    }
  }

  deinit {
    queue.cancel()
  }

  /// The next element, as soon as it is made; `nil` after the last one and after a failure.
  func next() throws(Failure) -> Element? {
    try queue.next()
  }

  /// What the taker and the threads share; all that varies is guarded by `condition`.
  private final class Queue: @unchecked Sendable {
    private let depth: Int
    private let clock: WaitingClock?
    private let nextJob: @Sendable (Int) throws(Failure) -> Job?
    private let condition = NSCondition()
    /// What is made and not yet taken, by number.
    private var ready: [Int: Result<Element, Failure>] = [:]
    private var taken = 0
    /// How many jobs have been fetched.
    private var fetched = 0
    private var isFetching = false
    /// How many elements there will be, as soon as that is known.
    private var end = Int.max

    init(depth: Int, clock: WaitingClock?, nextJob: @escaping @Sendable (Int) throws(Failure) -> Job?) {
      self.depth = depth
      self.clock = clock
      self.nextJob = nextJob
    }

    func next() throws(Failure) -> Element? {
      let start = ContinuousClock.now
      defer { clock?.add(ContinuousClock.now - start) }
      condition.lock()
      defer { condition.unlock() }
      if depth == 0 { makeOne() }
      while taken < end && ready[taken] == nil { condition.wait() }
      // After a failure there may be later elements, which were in work already.
      guard taken < end else { return nil }
      let result = ready.removeValue(forKey: taken)
      taken += 1
      condition.broadcast()
      return try result?.get()
    }

    func cancel() {
      condition.lock()
      end = 0
      condition.broadcast()
      condition.unlock()
    }

    /// A thread's life.
    func work() {
      condition.lock()
      while true {
        while fetched < end && (isFetching || fetched - taken >= depth) { condition.wait() }
        guard fetched < end else { break }
        makeOne()
      }
      condition.unlock()
    }

    /// Fetches a job and carries it out, all but the bookkeeping without the lock, which the caller holds.
    private func makeOne() {
      guard fetched < end else { return }
      let number = fetched
      isFetching = true
      let job = unlocked { () throws(Failure) in try nextJob(number) }
      isFetching = false
      fetched += 1
      // Another thread may fetch now, or has to know that there is nothing more.
      if case .success(nil) = job { end = min(end, number) }
      condition.broadcast()
      switch job {
      case .success(nil): return
      case .success(let job?): ready[number] = unlocked(job)
      case .failure(let error): ready[number] = .failure(error)
      }
      if case .failure = ready[number] { end = min(end, number + 1) }
      condition.broadcast()
    }

    private func unlocked<Value>(_ body: () throws(Failure) -> Value) -> Result<Value, Failure> {
      condition.unlock()
      defer { condition.lock() }
      do throws(Failure) {
        return .success(try body())
      } catch {
        return .failure(error)
      }
    }
  }
}
