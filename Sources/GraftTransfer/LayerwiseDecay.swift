import Foundation
import GraftNN
import GraftOptim
import GraftTensor

/// Learning rates that fall from the head, which learns at the optimizer's rate, to the stage nearest the
/// input.
///
/// Early stages hold general features and should move less than late ones.
///
/// ```swift
/// LayerwiseDecay.geometric(lowest: 1 / 100).apply(to: model, optimizer: &optimizer)
/// ```
public enum LayerwiseDecay: Sendable, Hashable, Codable {
  /// Each stage learns at the next one's rate divided by `factor`: 2.6 in ULMFiT (Howard, Ruder: *Universal
  /// Language Model Fine-tuning for Text Classification*, 2018).
  case dividing(by: Double)
  /// Multipliers spread evenly on a logarithmic scale from `lowest` at the first stage to 1 at the head;
  /// fastai's `slice(rate / 100, rate)` is `lowest: 1 / 100`.
  case geometric(lowest: Double)

  /// The multiplier of each of `count` stages, first stage first; the last is 1.
  ///
  /// With d stages between a stage and the head, it is factor^(-d), or lowest^(d / (count - 1)).
  /// Traps unless the factor or the lowest multiplier is positive and finite.
  public func multipliers(stages count: Int) -> [Float] {
    let base: Double
    switch self {
    case .dividing(let factor):
      require(factor > 0 && factor.isFinite, "LayerwiseDecay: the factor \(factor) is not positive")
      base = 1 / factor
    case .geometric(let lowest):
      require(lowest > 0 && lowest.isFinite, "LayerwiseDecay: the multiplier \(lowest) is not positive")
      base = count > 1 ? pow(lowest, 1 / Double(count - 1)) : 1
    }
    return (0..<count).map { Float(pow(base, Double(count - 1 - $0))) }
  }

  /// Sets the multiplier of every stage of `model` in `optimizer`.
  public func apply(to model: some StagedModel, optimizer: inout some Optimizer) {
    let stages = model.stages
    for (stage, multiplier) in zip(stages, multipliers(stages: stages.count)) {
      optimizer.setRateMultiplier(multiplier, for: stage.selection, in: model)
    }
  }
}
