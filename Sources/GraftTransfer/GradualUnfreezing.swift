import GraftNN
import GraftOptim
import GraftTensor

/// Thaws a model stage by stage, so that the pretrained part is not torn up by the gradients of a fresh head.
///
/// ```swift
/// let plan = GradualUnfreezing(model.stages, every: 1, rateDecay: 2.6)
/// for epoch in 0..<epochs {
///   plan.apply(epoch, to: model, optimizer: &optimizer)
///   …
/// }
/// ```
///
/// ``apply(_:to:optimizer:)`` sets what is trainable and at which rate for all stages, whatever was set
/// before, so a run that is resumed only has to apply the epoch that it resumes in. A plan that waits for a
/// plateau carries a ``Phase``, which belongs in a checkpoint.
public struct GradualUnfreezing: Sendable, Hashable {
  /// Which stages train in which phase.
  public enum Order: String, Sendable, Hashable, Codable {
    /// The head first, then one more stage each phase, until all train together (Howard, Ruder, 2018).
    case fromHead
    /// The head first, then each stage alone from the first on to the last before the head, then all
    /// together: chain-thaw (Felbo et al.: *Using millions of emoji occurrences to learn any-domain
    /// representations*, 2017).
    case chainThaw
  }

  /// How far a plan that waits for a plateau has come.
  public struct Phase: Sendable, Hashable, Codable {
    /// The number of steps taken: 0 while only the head trains.
    public internal(set) var index = 0
    var tracker: ImprovementTracker
  }

  private enum Pace: Sendable, Hashable {
    case epochs(Int)
    case plateau(patience: Int)
  }

  /// The stages, from input to head.
  public let stages: [Stage]

  /// Which stages train in which phase.
  public let order: Order

  /// How much slower a stage learns than the next one.
  public let rateDecay: Double

  /// Whether normalisation layers outside the head stay frozen, weights and statistics, when their stage
  /// thaws.
  public let keepsNormalizationFrozen: Bool

  /// How far a plan that waits for a plateau has come; save it in a checkpoint and set it again on resuming.
  /// A plan that goes by epochs needs nothing but the epoch.
  public var phase: Phase

  private let pace: Pace

  /// A plan that goes on to the next phase each `epochs` epochs.
  ///
  /// - Parameters:
  ///   - stages: from input to head: `model.stages`.
  ///   - epochs: how long a phase lasts.
  ///   - rateDecay: each stage's rate is the next one's divided by this. By default 2.6 from the head, 1 in
  ///     chain-thaw.
  ///   - keepingNormalizationFrozen: whether normalisation layers outside the head never thaw: for small
  ///     batches.
  ///
  /// Traps if there are no stages, or unless `epochs` and `rateDecay` are positive.
  public init(
    _ stages: [Stage], every epochs: Int = 1, order: Order = .fromHead, rateDecay: Double? = nil,
    keepingNormalizationFrozen: Bool = false
  ) {
    require(epochs > 0, "GradualUnfreezing: a phase of \(epochs) epochs")
    self.init(
      stages, pace: .epochs(epochs), order: order, rateDecay: rateDecay,
      keepsNormalizationFrozen: keepingNormalizationFrozen,
      tracker: ImprovementTracker(goal: .minimize, minimumImprovement: 0, operation: "GradualUnfreezing"))
  }

  /// A plan that goes on to the next phase when a metric, given to ``observe(_:)``, has stopped getting
  /// better.
  ///
  /// - Parameters:
  ///   - stages: from input to head: `model.stages`.
  ///   - patience: how many observations in a row may bring no improvement before the next phase begins.
  ///   - minimumImprovement: by how much the best value must be beaten.
  ///   - goal: whether the metric should fall or rise.
  ///   - rateDecay: each stage's rate is the next one's divided by this. By default 2.6 from the head, 1 in
  ///     chain-thaw.
  ///   - keepingNormalizationFrozen: whether normalisation layers outside the head never thaw.
  ///
  /// Traps if there are no stages, or unless `patience` and `rateDecay` are positive.
  public init(
    _ stages: [Stage], onPlateauOf patience: Int, minimumImprovement: Double = 0,
    goal: ReduceOnPlateau.Goal = .minimize,
    order: Order = .fromHead, rateDecay: Double? = nil, keepingNormalizationFrozen: Bool = false
  ) {
    require(patience > 0, "GradualUnfreezing: a patience of \(patience) observations")
    self.init(
      stages, pace: .plateau(patience: patience), order: order, rateDecay: rateDecay,
      keepsNormalizationFrozen: keepingNormalizationFrozen,
      tracker: ImprovementTracker(
        goal: goal, minimumImprovement: minimumImprovement, operation: "GradualUnfreezing"))
  }

  private init(
    _ stages: [Stage], pace: Pace, order: Order, rateDecay: Double?, keepsNormalizationFrozen: Bool,
    tracker: ImprovementTracker
  ) {
    require(!stages.isEmpty, "GradualUnfreezing: no stages")
    let decay = rateDecay ?? (order == .fromHead ? 2.6 : 1)
    require(decay > 0 && decay.isFinite, "GradualUnfreezing: a rate decay of \(decay)")
    self.stages = stages
    self.pace = pace
    self.order = order
    self.rateDecay = decay
    self.keepsNormalizationFrozen = keepsNormalizationFrozen
    phase = Phase(tracker: tracker)
  }

  /// The number of phases, the last of which goes on for ever.
  public var phaseCount: Int {
    switch order {
    case .fromHead: return stages.count
    case .chainThaw: return stages.count > 1 ? stages.count + 1 : 1
    }
  }

  /// The phase that an epoch is in.
  public func phaseIndex(inEpoch epoch: Int) -> Int {
    switch pace {
    case .epochs(let length): return min(epoch / length, phaseCount - 1)
    case .plateau: return phase.index
    }
  }

  /// The indices of the stages that train in a phase.
  public func trainedStages(inPhase index: Int) -> Range<Int> {
    let head = stages.count - 1
    switch order {
    case .fromHead: return max(head - index, 0)..<stages.count
    case .chainThaw:
      if index == 0 { return head..<stages.count }
      return index < phaseCount - 1 ? (index - 1)..<index : 0..<stages.count
    }
  }

  /// Freezes and thaws the stages of `model` as the epoch's phase wants it, and sets their learning-rate
  /// multipliers.
  ///
  /// Traps if a stage matches nothing in the model, or if the epoch is negative.
  public func apply(_ epoch: Int, to model: some Module, optimizer: inout some Optimizer) {
    require(epoch >= 0, "GradualUnfreezing.apply: epoch \(epoch)")
    let trained = trainedStages(inPhase: phaseIndex(inEpoch: epoch))
    let rates = LayerwiseDecay.dividing(by: rateDecay).multipliers(stages: stages.count)
    for (index, stage) in stages.enumerated() {
      let isHead = index == stages.count - 1
      for entry in stage.selection.entries(in: model, operation: "GradualUnfreezing.apply") {
        let staysFrozen = keepsNormalizationFrozen && !isHead && entry.owner is any NormalizationLayer
        entry.isTrainable = trained.contains(index) && !staysFrozen
      }
      optimizer.setRateMultiplier(rates[index], for: stage.selection, in: model)
    }
  }

  /// Takes in the metric of an epoch; a plan that waits for a plateau may go on to the next phase.
  ///
  /// - Returns: whether a new phase has begun. Always `false` for a plan that goes by epochs.
  @discardableResult
  public mutating func observe(_ metric: Double) -> Bool {
    guard case .plateau(let patience) = pace else { return false }
    if phase.tracker.observe(metric) || phase.tracker.stale < patience { return false }
    phase.tracker.resetCount()
    guard phase.index < phaseCount - 1 else { return false }
    phase.index += 1
    return true
  }
}
