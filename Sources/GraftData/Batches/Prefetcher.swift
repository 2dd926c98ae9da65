import Foundation
import GraftTensor

/// Makes elements in order on a background thread, a bounded number ahead of whoever takes them.
///
/// A failure is delivered in its place, after the elements before it, and is the last thing delivered. The thread
/// ends when everything is made, after a failure, or (once the element in work is done) when the prefetcher is
/// no longer referred to.
final class Prefetcher<Element: Sendable, Failure: Error>: Sendable {
  private let queue: Queue

  /// - Parameters:
  ///   - count: How many elements there are.
  ///   - depth: How many may wait to be taken. With 0 there is no thread: each is made when it is asked for.
  ///   - make: Makes an element from its number.
  init(count: Int, depth: Int, make: @escaping @Sendable (Int) throws(Failure) -> Element) {
    let queue = Queue(count: count, depth: depth, make: make)
    self.queue = queue
    guard depth > 0, count > 0 else { return }
    // The thread keeps to itself: the team of compute threads is for the work it prepares.
    let thread = Thread { ComputeThreads.withCount(1) { queue.fill() } }
    thread.name = "graft.prefetch"
    thread.start()
  }

  deinit {
    queue.cancel()
  }

  /// The next element, as soon as it is made; `nil` after the last one and after a failure.
  func next() throws(Failure) -> Element? {
    try queue.next()
  }

  /// What the taker and the thread share; all of it is guarded by `condition`.
  private final class Queue: @unchecked Sendable {
    private let count: Int
    private let depth: Int
    private let make: @Sendable (Int) throws(Failure) -> Element
    private let condition = NSCondition()
    private var waiting: [Result<Element, Failure>] = []
    private var taken = 0
    private var isOver = false

    init(count: Int, depth: Int, make: @escaping @Sendable (Int) throws(Failure) -> Element) {
      self.count = count
      self.depth = depth
      self.make = make
    }

    func next() throws(Failure) -> Element? {
      condition.lock()
      defer { condition.unlock() }
      guard taken < count, !isOver else { return nil }
      let result: Result<Element, Failure>
      if depth == 0 {
        result = attempt(taken)
      } else {
        while waiting.isEmpty { condition.wait() }
        result = waiting.removeFirst()
      }
      taken += 1
      if case .failure = result { isOver = true }
      condition.broadcast()
      return try result.get()
    }

    func cancel() {
      condition.lock()
      isOver = true
      condition.broadcast()
      condition.unlock()
    }

    /// The thread's work.
    func fill() {
      for number in 0..<count {
        let result = attempt(number)
        condition.lock()
        while waiting.count >= depth && !isOver { condition.wait() }
        let stops = isOver
        if !stops { waiting.append(result) }
        condition.broadcast()
        condition.unlock()
        if stops { return }
        if case .failure = result { return }
      }
    }

    private func attempt(_ number: Int) -> Result<Element, Failure> {
      do throws(Failure) {
        return .success(try make(number))
      } catch {
        return .failure(error)
      }
    }
  }
}
