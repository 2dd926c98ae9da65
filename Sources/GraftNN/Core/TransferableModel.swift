import GraftAutograd
import GraftTensor

/// A model of images or tables that can be adapted to a new task: features, pooling, head, and stages from input to head.
///
/// Every image model of `GraftModels` conforms; yours may too. The output is `head(pooling(features(input)))`.
public protocol TransferableModel: StagedModel, Layer {
  /// What the pretrained part computes, before pooling: `[n, channels, height, width]` in most image models.
  func features(_ input: Variable) -> Variable

  /// Turns features into the head's input, `[n, features]`. Has no parameters of its own.
  var pooling: any Layer { get set }
}

extension TransferableModel {
  /// Computes `head(pooling(features(input)))`.
  public func forward(_ input: Variable) -> Variable { head(pooling(features(input))) }
}
