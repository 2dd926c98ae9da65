/// What a method of search knows: the space, what is wanted, and every trial so far, those that still run included.
public struct SearchHistory: Sendable {
  public let space: SearchSpace
  /// One or several.
  public let objectives: [Objective]
  /// By number.
  public let trials: [TrialRecord]

  public init(space: SearchSpace, objectives: [Objective], trials: [TrialRecord]) {
    self.space = space
    self.objectives = objectives
    self.trials = trials
  }

  /// What is known about a configuration, small being good.
  public struct Observation: Sendable, Hashable {
    public let configuration: Configuration
    /// One for each objective: its value, or its negative where it is to be maximised.
    public let costs: [Double]
  }

  /// The trials that ended with values; and with one objective also those that were stopped, with their last report.
  public var observations: [Observation] {
    trials.compactMap { trial in
      trial.knownValues(objectives: objectives.count).map { values in
        Observation(
          configuration: trial.configuration, costs: zip(objectives, values).map { $0.cost(of: $1) })
      }
    }
  }

  /// The configurations of trials that run, or wait to go on, and have no value yet.
  public var pending: [Configuration] {
    trials.filter { !$0.state.isOver && $0.knownValues(objectives: objectives.count) == nil }.map(
      \.configuration)
  }

  /// The configurations of trials that failed.
  public var failed: [Configuration] {
    trials.filter { if case .failed = $0.state { true } else { false } }.map(\.configuration)
  }
}
