import GraftNN
import GraftOptim
import GraftTensor

/// Stops a run that no longer gets better, and brings back the weights of its best moment.
///
/// ```swift
/// var stopping = EarlyStopping(patience: 5)
/// for epoch in 0..<epochs {
///   …
///   if stopping.observe(evaluate(model, on: validation).logLoss, of: model) { break }
/// }
/// stopping.restoreBest(in: model)
/// ```
///
/// The best weights are kept as they are, batch-norm statistics and all, and come back to the last bit. They
/// belong in a ``TrainingCheckpoint``, which has a place for a value of this type.
public struct EarlyStopping: Sendable {
  /// What has been observed, without the weights.
  struct State: Sendable, Hashable, Codable {
    let patience: Int
    var tracker: ImprovementTracker
    var observations = 0
    var bestObservation: Int?
  }

  var state: State
  var bestWeights: [String: AnyTensor] = [:]

  /// Stops after `patience` observations in a row that did not beat the best by more than
  /// `minimumImprovement`.
  ///
  /// Traps unless `patience` is positive and `minimumImprovement` is finite and not negative.
  public init(patience: Int, minimumImprovement: Double = 0, goal: ReduceOnPlateau.Goal = .minimize) {
    require(patience > 0, "EarlyStopping: a patience of \(patience) observations")
    let tracker = ImprovementTracker(
      goal: goal, minimumImprovement: minimumImprovement, operation: "EarlyStopping")
    state = State(patience: patience, tracker: tracker)
  }

  init(state: State, bestWeights: [String: AnyTensor]) {
    self.state = state
    self.bestWeights = bestWeights
  }

  /// The best value observed; `nil` before the first. One that is not finite never counts as best.
  public var best: Double? { state.tracker.best }

  /// Which observation, counted from 0, was the best: the epoch, if each epoch is observed once.
  public var bestObservation: Int? { state.bestObservation }

  /// Whether patience has run out.
  public var shouldStop: Bool { state.tracker.stale >= state.patience }

  /// Takes in a metric of `model` as it is now; keeps its weights if the metric is the best so far.
  ///
  /// - Returns: whether it is time to stop.
  @discardableResult
  public mutating func observe(_ metric: Double, of model: some Module) -> Bool {
    if state.tracker.observe(metric) {
      state.bestObservation = state.observations
      bestWeights = Dictionary(uniqueKeysWithValues: model.state.map { ($0.path, $0.anyValue) })
    }
    state.observations += 1
    return shouldStop
  }

  /// Gives `model` the parameters and buffers of the best observation; does nothing if there was none.
  ///
  /// Traps if the model has changed its structure since: its head was replaced, for example.
  public func restoreBest(in model: some Module) {
    guard !bestWeights.isEmpty else { return }
    do {
      try model.load(Checkpoint(bestWeights))
    } catch {
      fatalError("EarlyStopping.restoreBest: \(error)")
    }
  }
}
