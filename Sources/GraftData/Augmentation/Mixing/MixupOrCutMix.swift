import GraftTensor

/// Mixes each batch by ``Mixup`` or by ``CutMix``, as recipes for training on ImageNet do.
public struct MixupOrCutMix: BatchMixing, Hashable {
  /// What mixes a batch as wholes.
  public let mixup: Mixup
  /// What puts a part of another image into each.
  public let cutMix: CutMix
  /// How likely a batch goes through ``cutMix``.
  public let cutMixProbability: Double

  /// Traps unless the probability is in 0…1.
  public init(
    _ mixup: Mixup = Mixup(alpha: 0.2), _ cutMix: CutMix = CutMix(), cutMixProbability: Double = 0.5
  ) {
    self.mixup = mixup
    self.cutMix = cutMix
    self.cutMixProbability = checkedProbability(cutMixProbability, of: "MixupOrCutMix")
  }

  /// The mixed images.
  public func callAsFunction(
    _ inputs: Tensor<Float>, targets: Tensor<Float>, using generator: inout RandomGenerator
  ) -> MixedBatch {
    generator.bernoulli(probability: cutMixProbability)
      ? cutMix(inputs, targets: targets, using: &generator)
      : mixup(inputs, targets: targets, using: &generator)
  }
}
