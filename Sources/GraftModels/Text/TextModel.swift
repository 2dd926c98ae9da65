import GraftAutograd
import GraftData
import GraftNN
import GraftTensor

/// A model of text: it takes a batch of tokens with the mask that tells which of them are padding.
///
/// The output is `head(features(batch))`. What ``StagedModel`` promises holds: freezing, thawing stage by stage, rates by
/// depth, and a head that can be replaced.
public protocol TextModel: StagedModel {
  /// What the head reads: `[n, featureCount]` for a model that judges whole texts, `[n, length, featureCount]` for one that judges
  /// tokens.
  func features(_ batch: TokenBatch) -> Variable
}

extension TextModel {
  /// Computes `head(features(batch))`: `[n, classes]` for whole texts, `[n, length, classes]` for tokens.
  public func callAsFunction(_ batch: TokenBatch) -> Variable { head(features(batch)) }
}
