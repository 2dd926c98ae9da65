import GraftNN
import GraftTransfer

/// How much of a pretrained network learns, when it begins to, and how fast: as hyperparameters.
///
/// ```swift
/// let thawing = ThawingParameters(stages: model.stages.count)
/// let space = try SearchSpace([rate] + thawing.parameters)
/// …
/// let plan = thawing.plan(for: model, as: trial.configuration)
/// for epoch in 0..<epochs {
///   plan.apply(epoch, to: model, optimizer: &optimizer)
///   …
/// }
/// ```
public struct ThawingParameters: Sendable {
  /// `thawed stages`: how many learn in the end, counted from the head. With 1 it is the head alone.
  public let depth: Hyperparameter<Int>

  /// `epochs a stage`: how long each of them learns before the next one joins in; 0 for all at once. Only where more than the head learns.
  public let pace: Hyperparameter<Int>

  /// `rate decay`: how much slower each stage learns than the next one. Only where more than the head learns.
  public let rateDecay: Hyperparameter<Double>

  /// All of them, for a ``SearchSpace``.
  public var parameters: [any SearchDimension] { [depth, pace, rateDecay] }

  /// - Parameters:
  ///   - stages: how many the network has, its head included. ``SearchSpace`` throws where a range cannot be searched.
  ///   - epochsPerStage: how long a stage may be waited for; at least 0.
  ///   - rateDecay: how much slower a stage may learn than the next one.
  public init(
    stages: Int, epochsPerStage: ClosedRange<Int> = 0...2, rateDecay: ClosedRange<Double> = 1...4
  ) {
    let deeper = Array(2...max(stages, 2))
    depth = .integer("thawed stages", 1...max(stages, 1))
    pace = .integer("epochs a stage", epochsPerStage).when(depth, isIn: deeper)
    self.rateDecay = .continuous("rate decay", rateDecay, .logarithmic).when(depth, isIn: deeper)
  }

  /// What a configuration wants done with a model.
  ///
  /// Traps if the configuration does not say how many stages are thawed, or thaws more than the model has.
  public func plan(for model: some StagedModel, as configuration: Configuration) -> ThawingPlan {
    ThawingPlan(
      stages: model.stages, depth: configuration[depth], epochsPerStage: configuration.value(of: pace) ?? 0,
      rateDecay: configuration.value(of: rateDecay) ?? 1)
  }
}
