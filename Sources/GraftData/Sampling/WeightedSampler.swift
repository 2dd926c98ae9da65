import Foundation
import GraftTensor

/// Samples drawn with given weights: those of weight 2 twice as often as those of weight 1.
public struct WeightedSampler: Sampler, Hashable {
  private let weights: [Double]
  private let draws: Int
  private let replaces: Bool
  private let seed: UInt64

  /// A sampler with a weight for each sample.
  ///
  /// - Parameters:
  ///   - weights: One for each sample, in any unit. Those of weight 0 are never drawn. Traps at a weight that is
  ///     negative or not finite, and if none is positive.
  ///   - draws: How many samples an epoch has, by default as many as there are weights (without replacement: as many
  ///     as there are positive weights).
  ///   - replacement: Whether a sample can be drawn again in the same epoch. Without, heavier samples come earlier;
  ///     traps if fewer weights are positive than there are draws.
  ///   - seed: What the draws follow from, with the epoch.
  public init(weights: [Double], draws: Int? = nil, replacement: Bool = true, seed: UInt64) {
    require(
      weights.allSatisfy { $0 >= 0 && $0.isFinite } && weights.reduce(0, +).isFinite,
      "WeightedSampler: a weight is negative or not finite")
    let positive = weights.count { $0 > 0 }
    let draws = draws ?? (replacement ? weights.count : positive)
    require(draws >= 0, "WeightedSampler: \(draws) draws")
    require(
      draws == 0 || (positive > 0 && (replacement || draws <= positive)),
      "WeightedSampler: \(draws) draws from \(positive) samples of positive weight")
    self.weights = weights
    self.draws = draws
    replaces = replacement
    self.seed = seed
  }

  /// As many as are drawn, whatever `count` is.
  public func length(of count: Int) -> Int { draws }

  /// The positions drawn. Traps unless `count` is the number of weights.
  public func order(of count: Int, epoch: Int) -> [Int] {
    require(count == weights.count, "WeightedSampler: \(weights.count) weights for \(count) samples")
    var generator = RandomGenerator(seed: seed, for: .shuffle, epoch: epoch)
    return replaces ? drawnAgainAndAgain(&generator) : drawnOnce(&generator)
  }

  /// Each draw is a place in the row of the weights.
  private func drawnAgainAndAgain(_ generator: inout RandomGenerator) -> [Int] {
    var total = 0.0
    let ends = weights.map { weight in
      total += weight
      return total
    }
    return (0..<draws).map { _ in
      let place = generator.unit() * total
      var (low, high) = (0, ends.count - 1)
      while low < high {
        let middle = (low + high) / 2
        if ends[middle] > place { high = middle } else { low = middle + 1 }
      }
      // Rounding could lead behind the last positive weight.
      while weights[low] == 0 { low -= 1 }
      return low
    }
  }

  /// The smallest of exponential waiting times: Efraimidis, Spirakis: *Weighted Random Sampling with a Reservoir*, 2006.
  private func drawnOnce(_ generator: inout RandomGenerator) -> [Int] {
    let times = weights.map { weight in -log(1 - generator.unit()) / weight }
    return Array(
      weights.indices.filter { weights[$0] > 0 }.sorted { (times[$0], $0) < (times[$1], $1) }.prefix(draws))
  }
}

extension Sampler where Self == WeightedSampler {
  /// Samples drawn with given weights; see ``WeightedSampler``.
  public static func weighted(
    _ weights: [Double], draws: Int? = nil, replacement: Bool = true, seed: UInt64
  ) -> WeightedSampler {
    WeightedSampler(weights: weights, draws: draws, replacement: replacement, seed: seed)
  }
}
