import GraftTensor

/// A stream in another order: each element is drawn at random from the next `size` that have not been handed out.
///
/// ```swift
/// var rows = ShuffleBuffer(try TableRows(contentsOf: file), size: 10_000, seed: 1, epoch: epoch)
/// while let row = try rows.next() { … }
/// ```
///
/// Only the buffer is in memory. An element can come as much as `size − 1` places early; how late is by chance, on average
/// `size` places. Equally likely orders need a buffer as long as the stream; with less, a stream that is sorted by class
/// should be shuffled before it is written. An error of the stream comes after all elements before it.
public struct ShuffleBuffer<Base: ElementStream>: ElementStream {
  /// Where a buffer stands, and what its order follows from: enough to go on in another process, with the same stream.
  public struct State: Sendable, Hashable, Codable {
    let size: Int
    let seed: UInt64
    let epoch: Int
    /// How many elements have been handed out.
    public fileprivate(set) var delivered = 0
  }

  /// Where it stands.
  public private(set) var state: State

  private var base: Base
  private var generator: RandomGenerator
  private var buffer: [Base.Element] = []
  private var isExhausted = false
  private var failure: (any Error)?

  /// - Parameters:
  ///   - stream: The stream, at its beginning.
  ///   - size: How many elements are held; traps unless positive. 1 leaves the order as it is.
  ///   - seed: What the order follows from, with the epoch.
  ///   - epoch: The number of the pass, from 0; traps if negative.
  public init(_ stream: Base, size: Int, seed: UInt64, epoch: Int = 0) {
    require(size > 0, "ShuffleBuffer: a buffer of \(size) elements")
    require(epoch >= 0, "ShuffleBuffer: epoch \(epoch) is negative")
    state = State(size: size, seed: seed, epoch: epoch)
    base = stream
    generator = RandomGenerator(seed: seed, for: .shuffleBuffer, epoch: epoch)
  }

  /// Goes on where another buffer stood.
  ///
  /// What was handed out before is read again and dropped, so this takes as long as reading it.
  ///
  /// - Parameters:
  ///   - stream: The same stream, at its beginning.
  ///   - state: The other's state.
  /// - Throws: What the stream throws before that place; ``DataError`` if the state is none of a buffer, or if the stream
  ///   ends before.
  public init(_ stream: Base, resuming state: State) throws {
    guard state.size > 0, state.epoch >= 0, state.delivered >= 0 else {
      throw DataError(
        .malformed, "\(state) is not the state of a shuffle buffer", advice: "Check where it was saved")
    }
    self.init(stream, size: state.size, seed: state.seed, epoch: state.epoch)
    while self.state.delivered < state.delivered {
      guard try next() != nil else {
        throw DataError(
          .truncated,
          "the stream has \(self.state.delivered) elements, \(state.delivered) had been read before",
          advice: "Resume with the data that the run began with")
      }
    }
  }

  public mutating func next() throws -> Base.Element? {
    while buffer.count < state.size && !isExhausted { fill() }
    guard !buffer.isEmpty else {
      defer { failure = nil }
      if let failure { throw failure }
      return nil
    }
    state.delivered += 1
    buffer.swapAt(generator.integer(below: buffer.count), buffer.count - 1)
    return buffer.removeLast()
  }

  private mutating func fill() {
    do {
      if let element = try base.next() { buffer.append(element) } else { isExhausted = true }
    } catch {
      failure = error
      isExhausted = true
    }
  }
}
