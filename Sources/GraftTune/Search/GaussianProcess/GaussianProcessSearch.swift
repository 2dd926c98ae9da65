import GraftTensor

/// Bayesian search: a Gaussian process learns from the trials so far how the cost depends on the hyperparameters, and the next trial is
/// where it expects most improvement.
///
/// Few trials that each take long are its case: it gets more out of each than any other method here, for some hundredths of a second to
/// choose one. The process has Matérn's kernel with a length for each hyperparameter, learned by marginal likelihood together with the
/// noise of a trial (``GaussianProcessSettings``); since few trials leave those uncertain, the improvement is expected over several draws
/// of them, and over the best *believed* cost, not the luckiest one measured.
///
/// Trials that run have the cost that is believed, so that trials in parallel differ; failed ones have the worst cost, so that their
/// surroundings are avoided. With several objectives each trial goes for another part of the Pareto front (ParEGO).
public struct GaussianProcessSearch: SearchMethod {
  /// How many trials come first, spread by ``QuasiRandomSearch``.
  public let initialTrials: Int

  /// `gaussian process`
  public var name: String { "gaussian process" }

  /// A search.
  ///
  /// - Parameter initialTrials: how many trials are spread evenly before the process has a say. Default: 12. Traps if less than 1.
  public init(initialTrials: Int = 12) {
    require(initialTrials > 0, "GaussianProcessSearch: \(initialTrials) initial trials")
    self.initialTrials = initialTrials
  }

  public func proposal(number: Int, given history: SearchHistory, seed: UInt64) -> Configuration? {
    let observations = history.observations
    guard number >= initialTrials, observations.count >= 2 else {
      return QuasiRandomSearch().proposal(number: number, given: history, seed: seed)
    }
    var generator = RandomGenerator(seed: seed, stream: UInt64(number))
    let encoding = FeatureEncoding(history.space)
    let costs = ChebyshevScalarization.costs(observations.map(\.costs), using: &generator)
    let values = OutcomeWarp.standardized(costs)
    let surrogate = Surrogate(
      encoding: encoding, configurations: observations.map(\.configuration), values: values,
      pending: history.pending, failed: history.failed, using: &generator)

    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    let maximizer = AcquisitionMaximizer(
      encoding: encoding, score: surrogate.logExpectedImprovement,
      scoreWithGradient: surrogate.logExpectedImprovementWithGradient,
      excluded: Set(history.trials.map(\.configuration)))
    let incumbents = order.prefix(3).map { observations[$0].configuration }
    return maximizer.best(near: incumbents, using: &generator)
      ?? RandomSearch().proposal(number: number, given: history, seed: seed)
  }
}
