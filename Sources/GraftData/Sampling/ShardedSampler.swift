import GraftTensor

/// One process's share of the order of another sampler, for training in several processes.
///
/// The shares of all processes have the same length, because processes that exchange gradients have to take the same
/// number of steps. Process r of n gets the positions r, r + n, r + 2n, … of the common order: so n batches of size b
/// together are one batch of size n·b of a single process.
///
/// ```swift
/// let sampler = ShuffledSampler(seed: 1).shard(rank, of: processCount)
/// ```
public struct ShardedSampler<Base: Sampler>: Sampler {
  /// What becomes of an order that cannot be divided without rest.
  public enum Rest: Sendable, Hashable {
    /// It is filled up from its beginning: up to n − 1 samples occur once more. For training.
    case repeated
    /// Its last samples, up to n − 1, are left out in this epoch.
    case dropped
  }

  private let base: Base
  private let rank: Int
  private let shards: Int
  private let rest: Rest

  /// The share of one process; traps unless `rank` is in `0..<shards`.
  public init(_ base: Base, rank: Int, of shards: Int, rest: Rest = .repeated) {
    require(shards > 0 && rank >= 0 && rank < shards, "ShardedSampler: rank \(rank) of \(shards)")
    self.base = base
    self.rank = rank
    self.shards = shards
    self.rest = rest
  }

  /// How many positions each process gets of the common order of `count` samples.
  public func length(of count: Int) -> Int {
    let whole = base.length(of: count)
    return whole / shards + (rest == .repeated && whole % shards > 0 ? 1 : 0)
  }

  /// This process's share of the common order.
  public func order(of count: Int, epoch: Int) -> [Int] {
    let whole = base.order(of: count, epoch: epoch)
    return (0..<length(of: count)).map { whole[($0 * shards + rank) % whole.count] }
  }
}

extension ShardedSampler: Equatable where Base: Equatable {}
extension ShardedSampler: Hashable where Base: Hashable {}

extension Sampler {
  /// The share of one of several processes; see ``ShardedSampler``. Traps unless `rank` is in `0..<shards`.
  public func shard(
    _ rank: Int, of shards: Int, rest: ShardedSampler<Self>.Rest = .repeated
  ) -> ShardedSampler<Self> {
    ShardedSampler(self, rank: rank, of: shards, rest: rest)
  }
}
