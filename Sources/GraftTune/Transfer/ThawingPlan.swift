import GraftNN
import GraftOptim
import GraftTensor
import GraftTransfer

/// Which of a model's stages learn in an epoch, and how fast: ``GradualUnfreezing`` down to a depth, or all of these at once.
public struct ThawingPlan: Sendable {
  /// The stages that never learn.
  public let frozen: [Stage]
  private let unfreezing: GradualUnfreezing
  private let isAtOnce: Bool

  /// - Parameters:
  ///   - stages: from input to head: `model.stages`.
  ///   - depth: how many learn in the end, counted from the head; traps unless there are as many and at least one.
  ///   - epochsPerStage: how long each learns before the next one joins in; 0 for all at once. Traps if negative.
  ///   - rateDecay: each stage's rate is the next one's divided by this; traps unless positive.
  public init(stages: [Stage], depth: Int, epochsPerStage: Int, rateDecay: Double) {
    require((1...max(stages.count, 1)).contains(depth), "ThawingPlan: \(depth) of \(stages.count) stages")
    require(epochsPerStage >= 0, "ThawingPlan: \(epochsPerStage) epochs a stage")
    frozen = Array(stages.dropLast(depth))
    isAtOnce = epochsPerStage == 0
    unfreezing = GradualUnfreezing(
      Array(stages.suffix(depth)), every: max(epochsPerStage, 1), rateDecay: rateDecay)
  }

  /// Freezes and thaws the stages as the epoch wants it, and sets their learning-rate multipliers, whatever was set before.
  ///
  /// Traps if a stage matches nothing in the model, or if the epoch is negative.
  public func apply(_ epoch: Int, to model: some Module, optimizer: inout some Optimizer) {
    require(epoch >= 0, "ThawingPlan.apply: epoch \(epoch)")
    for stage in frozen { model.freeze(stage.selection) }
    unfreezing.apply(isAtOnce ? unfreezing.phaseCount - 1 : epoch, to: model, optimizer: &optimizer)
  }
}
