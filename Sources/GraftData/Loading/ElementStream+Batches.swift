import GraftTensor

extension ElementStream {
  /// The stream from here on in batches that background threads make ahead of the loop.
  ///
  /// One thread at a time reads elements; what `collating` makes of them is made by all threads at once, and comes in
  /// the order of the stream, whatever the number of threads.
  ///
  /// ```swift
  /// let rows = ShuffleBuffer(try TableRows(contentsOf: file), size: 10_000, seed: 1, epoch: epoch)
  /// let batches = rows.batches(of: 32, epoch: epoch) { rows in
  ///   (texts: tokenizer.encodeBatch(rows.map { $0.fields[0] }), labels: Tensor(rows.map { Int32($0.fields[1]) ?? 0 }))
  /// }
  /// try batches.forEachBatch { texts, labels in … }
  /// ```
  ///
  /// An error of the stream comes after a batch, perhaps not full, of the elements before it.
  ///
  /// - Parameters:
  ///   - size: How many elements a batch has; traps unless positive. The last one may have fewer.
  ///   - epoch: The number of the pass, from 0, that `startingAt` refers to.
  ///   - droppingLast: Leaves out a last batch that isn't full.
  ///   - position: Where an interrupted run goes on, counted in batches of this size. What comes before it in this epoch is read
  ///     and dropped.
  ///   - prefetch: How many batches may be ready or in work ahead of the loop, at least one for each worker; 0
  ///     makes each when it is asked for, without a thread.
  ///   - workers: How many threads there are; 0 is like a prefetch of 0.
  ///   - collating: Makes a batch of elements. Called from several threads at once if there are several.
  public func batches<Batch: Sendable>(
    of size: Int, epoch: Int = 0, droppingLast: Bool = false,
    startingAt position: BatchPosition = BatchPosition(), prefetch: Int = 2, workers: Int = 1,
    collating: @escaping @Sendable ([Element]) throws -> Batch
  ) -> Prefetched<Batch> {
    require(size > 0, "batches: a batch of \(size) elements")
    let done = position.batches(doneOf: epoch)
    return Prefetched(Lookahead(prefetch, workers)) {
      let reader = BatchReader(stream: self, size: size, droppingLast: droppingLast)
      return { number in
        guard let done else { return nil }
        if number == 0 {
          for _ in 0..<done { _ = try reader.next() }
        }
        guard let elements = try reader.next() else { return nil }
        return { try collating(elements) }
      }
    }
  }
}

/// Reads a stream a batch at a time.
///
/// It is not locked: a ``Prefetcher`` fetches jobs in one thread at a time.
private final class BatchReader<Stream: ElementStream>: @unchecked Sendable {
  private var stream: Stream
  private let size: Int
  private let droppingLast: Bool
  private var failure: (any Error)?
  private var isOver = false

  init(stream: Stream, size: Int, droppingLast: Bool) {
    self.stream = stream
    self.size = size
    self.droppingLast = droppingLast
  }

  func next() throws -> [Stream.Element]? {
    var elements: [Stream.Element] = []
    do {
      while elements.count < size, !isOver {
        if let element = try stream.next() { elements.append(element) } else { isOver = true }
      }
    } catch {
      failure = error
      isOver = true
    }
    if elements.count == size || !(elements.isEmpty || droppingLast) { return elements }
    defer { failure = nil }
    if let failure { throw failure }
    return nil
  }
}
