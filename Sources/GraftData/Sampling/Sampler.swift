/// Which samples an epoch visits, and in which order.
///
/// A sampler is a value without state: the order follows from the sampler, the number of samples and the epoch
/// alone, so it is the same on every thread and in a resumed run.
///
/// ```swift
/// let order = ShuffledSampler(seed: 1).order(of: dataset.count, epoch: 3)
/// ```
public protocol Sampler: Sendable {
  /// The positions that one epoch visits, each in `0..<count`. A position may occur several times, or not at all.
  ///
  /// - Parameters:
  ///   - count: The number of samples of the data set.
  ///   - epoch: The number of the pass, from 0.
  func order(of count: Int, epoch: Int) -> [Int]

  /// How many positions ``order(of:epoch:)`` has: the same in every epoch. By default `count`.
  func length(of count: Int) -> Int
}

extension Sampler {
  /// Every sample once: `count`.
  public func length(of count: Int) -> Int { count }
}
