import Foundation
import GraftTensor
import Testing

@testable import GraftData

/// The numbers from 0 on, with an error in the place of one.
private struct Numbers: ElementStream {
  struct Broken: Error {}
  let end: Int
  var broken: Int?
  private var position = 0

  init(_ end: Int, broken: Int? = nil) {
    self.end = end
    self.broken = broken
  }

  mutating func next() throws -> Int? {
    guard position < end else { return nil }
    if position == broken {
      position = end
      throw Broken()
    }
    defer { position += 1 }
    return position
  }
}

private func elements<Stream: ElementStream>(_ stream: Stream) throws -> [Stream.Element] {
  var stream = stream
  var result: [Stream.Element] = []
  while let element = try stream.next() { result.append(element) }
  return result
}

@Suite struct ShuffleBufferTests {
  @Test(arguments: [0, 1, 5, 64, 65, 500])
  func givesEveryElementOnce(_ count: Int) throws {
    for size in [1, 7, 64, 1000] {
      let order = try elements(ShuffleBuffer(Numbers(count), size: size, seed: 3))
      #expect(order.sorted() == Array(0..<count))
      // None comes before the buffer could have reached it.
      #expect(order.enumerated().allSatisfy { $0.element - $0.offset < size })
    }
    #expect(try elements(ShuffleBuffer(Numbers(count), size: 1, seed: 3)) == Array(0..<count))
  }

  @Test func seedAndEpochDecideTheOrder() throws {
    func order(_ seed: UInt64, _ epoch: Int) throws -> [Int] {
      try elements(ShuffleBuffer(Numbers(200), size: 50, seed: seed, epoch: epoch))
    }
    #expect(try order(1, 0) == order(1, 0))
    #expect(try order(1, 0) != order(1, 1) && order(1, 0) != order(2, 0))
    #expect(
      try elements(ShuffleBuffer(CollectionStream(0..<200), size: 50, seed: 1)) == order(1, 0))
  }

  @Test func spreadsElementsAsFarAsItIsLong() throws {
    // In the steady state an element waits a geometric time of mean `size`, so that it moves on average by about
    // 2/e of it; a stream of 4000 keeps the mean of the moves within a few hundredths of that.
    let (count, size) = (4000, 100)
    let order = try elements(ShuffleBuffer(Numbers(count), size: size, seed: 1))
    let moves = order.enumerated().map { abs($0.element - $0.offset) }
    let mean = Double(moves.reduce(0, +)) / Double(count)
    #expect(mean > 0.6 * Double(size) && mean < 0.9 * Double(size))
    // A buffer that holds everything makes all orders equally likely: each number is as often first as another.
    var firsts = [Int](repeating: 0, count: 5)
    for seed in 0..<1000 as Range<UInt64> {
      firsts[try elements(ShuffleBuffer(Numbers(5), size: 10, seed: seed))[0]] += 1
    }
    // 200 expected, with a standard deviation of 12.6: five of them.
    #expect(firsts.allSatisfy { abs($0 - 200) < 64 })
  }

  @Test func errorsComeAfterTheElementsBeforeThem() throws {
    var stream = ShuffleBuffer(Numbers(100, broken: 40), size: 15, seed: 1)
    let before = try (0..<40).map { _ in try #require(try stream.next()) }
    #expect(before.sorted() == Array(0..<40) && before != before.sorted())
    #expect(throws: Numbers.Broken.self) { try stream.next() }
    #expect(try stream.next() == nil)
  }

  @Test func resumesWhereItStood() throws {
    let whole = try elements(ShuffleBuffer(Numbers(60), size: 16, seed: 2, epoch: 5))
    for done in [0, 1, 15, 16, 44, 45, 59, 60] {
      var first = ShuffleBuffer(Numbers(60), size: 16, seed: 2, epoch: 5)
      for _ in 0..<done { _ = try first.next() }
      let state = try JSONDecoder().decode(
        ShuffleBuffer<Numbers>.State.self, from: JSONEncoder().encode(first.state))
      #expect(state.delivered == done)
      #expect(try elements(ShuffleBuffer(Numbers(60), resuming: state)) == Array(whole.dropFirst(done)))
      // A copy goes on by itself.
      #expect(try elements(first) == Array(whole.dropFirst(done)))
    }
    var finished = ShuffleBuffer(Numbers(60), size: 16, seed: 2)
    while try finished.next() != nil {}
    let state = finished.state
    #expect(try fault { _ = try ShuffleBuffer(Numbers(59), resuming: state) }?.kind == .truncated)
    let hostile = try JSONDecoder().decode(
      ShuffleBuffer<Numbers>.State.self, from: Data(#"{"size":0,"seed":1,"epoch":0,"delivered":3}"#.utf8))
    #expect(try fault { _ = try ShuffleBuffer(Numbers(59), resuming: hostile) }?.kind == .malformed)
  }
}

@Suite struct StreamBatchTests {
  private func collect<Batch>(_ batches: Prefetched<Batch>) throws -> [Batch] {
    var result: [Batch] = []
    try batches.forEachBatch { result.append($0) }
    return result
  }

  @Test(arguments: [0, 1, 2, 4])
  func streamsInBatches(_ workers: Int) throws {
    let stream = ShuffleBuffer(Numbers(103), size: 20, seed: 1)
    let batches = stream.batches(of: 10, workers: workers) { $0 }
    let found = try collect(batches)
    #expect(found.flatMap(\.self) == (try elements(stream)))
    #expect(found.map(\.count) == Array(repeating: 10, count: 10) + [3])
    // Another pass begins anew.
    #expect(try collect(batches) == found)
    #expect(
      try collect(stream.batches(of: 10, droppingLast: true, workers: workers) { $0 })
        == Array(found.dropLast()))
    for done in 0...12 {
      let position = BatchPosition(epoch: 4, batch: done)
      let rest = stream.batches(of: 10, epoch: 4, startingAt: position, workers: workers) { $0 }
      #expect(try collect(rest) == Array(found.dropFirst(done)))
      #expect(try collect(stream.batches(of: 10, epoch: 3, startingAt: position) { $0 }).isEmpty)
      #expect(try collect(stream.batches(of: 10, epoch: 5, startingAt: position) { $0 }).count == 11)
    }
  }

  @Test(arguments: [0, 1, 4])
  func errorsArriveInTheirPlace(_ workers: Int) throws {
    let batches = Numbers(100, broken: 25).batches(of: 10, workers: workers) { $0 }
    var iterator = batches.makeIterator()
    #expect(try (0..<3).map { _ in try iterator.next()?.count } == [10, 10, 5])
    #expect(throws: Numbers.Broken.self) { try iterator.next() }
    #expect(try iterator.next() == nil)
  }

  @Test func prefetchedValuesCanBeLeftOutAndResumed() throws {
    let odd = Prefetched(count: 10, startingAt: 3, workers: 2) { $0 % 2 == 1 ? $0 : nil }
    #expect(try collect(odd) == [3, 5, 7, 9])
    #expect(try collect(Prefetched(count: 2, startingAt: 3) { $0 }).isEmpty)
    let failing = Prefetched(count: 10) { if $0 == 4 { throw Numbers.Broken() } else { $0 } }
    #expect(throws: Numbers.Broken.self) { try failing.forEachBatch { #expect($0 < 4) } }
    #expect(throws: Numbers.Broken.self) { try odd.forEachBatch { _ in throw Numbers.Broken() } }
  }
}

@Suite struct StreamedTableTests {
  @Test(arguments: [0, 1, 3])
  func rowsOfAFileInShuffledBatches(_ workers: Int) throws {
    let lines = ["text,label"] + (0..<100).map { "\"row, \($0)\",\($0 % 3)" }
    try withFile(Array(lines.joined(separator: "\n").utf8)) { file in
      let rows = ShuffleBuffer(try TableRows(contentsOf: file), size: 30, seed: 1, epoch: 2)
      let batches = rows.batches(of: 8, workers: workers) { rows in
        (texts: rows.map { $0.fields[0] }, labels: Tensor(rows.map { Int32($0.fields[1]) ?? -1 }))
      }
      var seen: [String] = []
      try batches.forEachBatch { texts, labels in
        #expect(labels.shape == [texts.count])
        #expect(zip(texts, labels.scalars).allSatisfy { Int32($0.dropFirst(5)).map { $0 % 3 } == $1 })
        seen += texts
      }
      #expect(seen.count == 100 && Set(seen).count == 100)
      #expect(seen == (try elements(rows)).map { $0.fields[0] })
    }
    // A broken row: everything before it comes first.
    try withFile(Array((lines + ["too,many,fields"]).joined(separator: "\n").utf8)) { file in
      let rows = ShuffleBuffer(try TableRows(contentsOf: file), size: 30, seed: 1)
      var count = 0
      let error = try fault {
        try rows.batches(of: 8, workers: workers) { $0.count }.forEachBatch { count += $0 }
      }
      #expect(count == 100)
      #expect(error?.place == .line(102))
    }
  }
}
