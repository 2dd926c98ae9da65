import Foundation
import GraftTensor
import Testing

@testable import GraftData

@Suite struct PrefetcherTests {
  private struct Broken: Error, Equatable { let number: Int }

  /// Referred to by the work alone, so that it is gone when the threads are.
  private final class Token: Sendable {}

  private final class Counter: @unchecked Sendable {
    private let lock = NSLock()
    private var count = 0
    private(set) var largest = 0
    func add(_ change: Int) {
      lock.withLock {
        count += change
        largest = max(largest, count)
      }
    }
    var value: Int { lock.withLock { count } }
  }

  /// Ends the run, with a message, if `body` does not come to its end: who waits for a wake-up that is lost waits for ever, and
  /// nothing can be done about a thread from outside. What is done here takes a second at most.
  private func watched<Value>(
    _ place: SourceLocation = #_sourceLocation, _ body: () throws -> Value
  ) rethrows -> Value {
    let isOver = DispatchSemaphore(value: 0)
    let watch = Thread {
      if isOver.wait(timeout: .now() + 120) == .timedOut {
        fatalError("\(place.fileName):\(place.line): no element for two minutes; has a wake-up been lost?")
      }
    }
    watch.start()
    defer { isOver.signal() }
    return try body()
  }

  /// (depth, workers)
  private static let settings = [(0, 1), (2, 0), (1, 1), (3, 1), (2, 2), (1, 4), (6, 4)]

  @Test(arguments: settings)
  func elementsComeInOrder(_ depth: Int, _ workers: Int) {
    let prefetcher = Prefetcher<Int, Never>(count: 200, depth: depth, workers: workers) { number in
      // Later ones of a group are done first.
      if number % 20 < 4 { Thread.sleep(forTimeInterval: Double(4 - number % 4) / 2000) }
      return number * number
    }
    watched {
      #expect((0..<200).map { _ in prefetcher.next() } == (0..<200).map { $0 * $0 })
      #expect(prefetcher.next() == nil && prefetcher.next() == nil)
      #expect(Prefetcher<Int, Never>(count: 0, depth: depth, workers: workers) { $0 }.next() == nil)
    }
  }

  @Test(arguments: settings)
  func failuresArriveInTheirPlaceAndEndIt(_ depth: Int, _ workers: Int) throws {
    let prefetcher = Prefetcher<Int, Broken>(count: 10, depth: depth, workers: workers) {
      number throws(Broken) in
      // The element before the failure is done after it, and a later failure before.
      if number == 3 || number == 4 { Thread.sleep(forTimeInterval: 0.03) }
      if number == 4 || number == 6 { throw Broken(number: number) }
      return number * number
    }
    try watched { () throws in
      #expect(try (0..<4).map { _ in try prefetcher.next() } == [0, 1, 4, 9])
      #expect(throws: Broken(number: 4)) { try prefetcher.next() }
      #expect(try prefetcher.next() == nil)
      #expect(try prefetcher.next() == nil)
    }
  }

  @Test(arguments: settings)
  func jobsAreFetchedOneAtATimeInOrder(_ depth: Int, _ workers: Int) throws {
    let fetching = Counter()
    let prefetcher = Prefetcher<Int, Broken>(depth: depth, workers: workers) {
      (number) throws(Broken) -> (@Sendable () throws(Broken) -> Int)? in
      fetching.add(1)
      defer { fetching.add(-1) }
      if number == 50 { throw Broken(number: number) }
      return { () throws(Broken) -> Int in number }
    }
    try watched { () throws in
      #expect(try (0..<50).map { _ in try prefetcher.next() } == Array(0..<50))
      #expect(throws: Broken(number: 50)) { try prefetcher.next() }
      #expect(try prefetcher.next() == nil)
    }
    #expect(fetching.largest == 1)
  }

  @Test(arguments: settings)
  func worksNoFurtherAheadThanAllowed(_ depth: Int, _ workers: Int) async throws {
    let made = Counter()
    let prefetcher = Prefetcher<Int, Never>(count: 100, depth: depth, workers: workers) { number in
      made.add(1)
      return number
    }
    let ahead = depth == 0 || workers == 0 ? 0 : max(depth, workers)
    for taken in 1...3 {
      watched { #expect(prefetcher.next() == taken - 1) }
      try await Task.sleep(for: .milliseconds(30))
      #expect(made.value <= taken + ahead)
    }
    // The allowance is used.
    for _ in 0..<500 where made.value < 3 + ahead { try await Task.sleep(for: .milliseconds(10)) }
    #expect(made.value == 3 + ahead)
  }

  @Test func workersWorkAtTheSameTime() {
    let (arrived, atOnce) = (Counter(), 3)
    let prefetcher = Prefetcher<Bool, Never>(count: 3, depth: 1, workers: atOnce) { _ in
      arrived.add(1)
      for _ in 0..<500 where arrived.value < atOnce { Thread.sleep(forTimeInterval: 0.01) }
      return arrived.value == atOnce
    }
    watched { #expect((0..<3).map { _ in prefetcher.next() } == [true, true, true]) }
  }

  @Test func workersKeepTensorOperationsToThemselves() {
    let prefetcher = Prefetcher<Bool, Never>(count: 4, depth: 2, workers: 2) { _ in
      ComputeThreads.count == 1
    }
    watched { #expect((0..<4).map { _ in prefetcher.next() } == [true, true, true, true]) }
  }

  @Test(arguments: [(2, 1), (2, 4)])
  func leavingEarlyEndsTheThreads(_ depth: Int, _ workers: Int) async throws {
    weak var token: Token?
    do {
      let strong = Token()
      token = strong
      let prefetcher = Prefetcher<Int, Never>(count: .max, depth: depth, workers: workers) { number in
        withExtendedLifetime(strong) { number }
      }
      watched { #expect(prefetcher.next() == 0) }
    }
    for _ in 0..<500 where token != nil { try await Task.sleep(for: .milliseconds(10)) }
    #expect(token == nil)
  }

  @Test func timeSpentWaitingIsAddedUp() {
    let clock = WaitingClock()
    let slow = Prefetcher<Int, Never>(count: 3, depth: 0, clock: clock) { number in
      Thread.sleep(forTimeInterval: 0.02)
      return number
    }
    while slow.next() != nil {}
    #expect(clock.total >= .milliseconds(60))
  }

  @Test func leavingALoopOverBatchesEarlyIsSafe() throws {
    let dataset = try numberedImages(1000)
    watched {
      for round in 0..<200 {
        for batch in dataset.batches(of: 3, shuffledBy: UInt64(round))
        where batch.nextPosition.batch > round % 4 {
          break
        }
      }
    }
  }
}
