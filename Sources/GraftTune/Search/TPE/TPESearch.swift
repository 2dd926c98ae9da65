import Foundation
import GraftTensor

/// The tree-structured Parzen estimator: where are good trials dense, and bad ones not?
///
/// Bergstra, Bardenet, Bengio, Kégl: *Algorithms for Hyper-Parameter Optimization*, NIPS 2011, with kernels over all hyperparameters at once. The
/// best trials make one density, the others another; of some configurations drawn from the first, the next trial is the one whose densities
/// have the greatest ratio. It costs next to nothing, takes any number of trials, and copes with many choices and conditions; with few
/// trials of continuous hyperparameters ``GaussianProcessSearch`` gets further.
///
/// Trials that run and those that failed count among the others, so that trials in parallel differ and failures are avoided. With several
/// objectives the best are the first Pareto fronts, within a front those with most room around them.
public struct TPESearch: SearchMethod {
  /// How many trials come first, spread by ``QuasiRandomSearch``.
  public let initialTrials: Int
  /// How many configurations are drawn, of which one is proposed.
  public let candidates: Int

  /// `tpe`
  public var name: String { "tpe" }

  /// A search.
  ///
  /// - Parameters:
  ///   - initialTrials: how many trials are spread evenly before the densities have a say. Default: 10. Traps if less than 1.
  ///   - candidates: how many configurations are drawn for a proposal. Default: 24. Traps if less than 1.
  public init(initialTrials: Int = 10, candidates: Int = 24) {
    require(initialTrials > 0, "TPESearch: \(initialTrials) initial trials")
    require(candidates > 0, "TPESearch: \(candidates) candidates")
    self.initialTrials = initialTrials
    self.candidates = candidates
  }

  public func proposal(number: Int, given history: SearchHistory, seed: UInt64) -> Configuration? {
    let observations = history.observations
    guard number >= initialTrials, observations.count >= 2 else {
      return QuasiRandomSearch().proposal(number: number, given: history, seed: seed)
    }
    var generator = RandomGenerator(seed: seed, stream: UInt64(number))
    let (good, others) = densities(observations, history)
    let tried = Set(history.trials.map(\.configuration))
    var best: (configuration: Configuration, ratio: Double)?
    var remaining = candidates
    // Some are forbidden or were tried: draw more, but not for ever.
    for _ in 0..<50 * candidates where remaining > 0 {
      let candidate = good.sample(using: &generator)
      guard history.space.allows(candidate), !tried.contains(candidate) else { continue }
      remaining -= 1
      let ratio = good.logDensity(of: candidate) - others.logDensity(of: candidate)
      if best.map({ ratio > $0.ratio }) ?? true { best = (candidate, ratio) }
    }
    return best?.configuration ?? RandomSearch().proposal(number: number, given: history, seed: seed)
  }

  private func densities(
    _ observations: [SearchHistory.Observation], _ history: SearchHistory
  ) -> (good: ParzenEstimator, others: ParzenEstimator) {
    let order = ParetoRanking.order(observations.map(\.costs))
    let count = min(Int((TPESearch.goodShare * Double(order.count)).rounded(.up)), TPESearch.mostGood)
    let good = order.prefix(count).map { observations[$0].configuration }
    let others =
      order.dropFirst(count).map { observations[$0].configuration } + history.pending + history.failed
    // Narrow around the good, so that the search closes in; wide around the others, so that it does not shy away from a neighbour of theirs.
    return (
      ParzenEstimator(space: history.space, configurations: good, width: 0.1),
      ParzenEstimator(space: history.space, configurations: others, width: 0.2)
    )
  }

  /// Which part of the trials are good ones, and how many at most.
  private static let goodShare = 0.1
  private static let mostGood = 25
}
