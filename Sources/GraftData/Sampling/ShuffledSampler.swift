import GraftTensor

/// Every sample once an epoch, each order equally likely.
///
/// This is the order of `batches(of:epoch:shuffledBy:)` with the same seed.
public struct ShuffledSampler: Sampler, Hashable {
  /// What the orders follow from.
  public let seed: UInt64

  /// Orders that follow from a seed.
  public init(seed: UInt64) {
    self.seed = seed
  }

  public func order(of count: Int, epoch: Int) -> [Int] {
    var generator = RandomGenerator(seed: seed, for: .shuffle, epoch: epoch)
    return generator.permutation(of: count)
  }
}

extension Sampler where Self == ShuffledSampler {
  /// Every sample once an epoch, in an order by chance; see ``ShuffledSampler``.
  public static func shuffled(seed: UInt64) -> ShuffledSampler { ShuffledSampler(seed: seed) }
}
