import GraftTensor

/// Mixes each sample of a batch with another one: λ · x + (1 − λ) · x', and the targets likewise.
///
/// Zhang et al.: *mixup: Beyond Empirical Risk Minimization*, 2018. One λ from Beta(α, α) for a batch; partners are a permutation
/// by chance of the batch.
public struct Mixup: BatchMixing, Hashable {
  /// The parameter α of the distribution of λ: near 0 little is mixed, at 1 every share is as likely.
  public let alpha: Double

  /// Traps unless `alpha` is positive and finite.
  public init(alpha: Double) {
    require(alpha > 0 && alpha.isFinite, "Mixup: alpha \(alpha) is not positive and finite")
    self.alpha = alpha
  }

  /// The mixed samples. Traps unless there is a row of targets for each input.
  public func callAsFunction(
    _ inputs: Tensor<Float>, targets: Tensor<Float>, using generator: inout RandomGenerator
  ) -> MixedBatch {
    checkMixable(inputs, targets, operation: "Mixup")
    let share = Float(generator.beta(alpha, alpha))
    let partners = Tensor(generator.permutation(of: inputs.shape[0]).map { Int32($0) })
    return MixedBatch(
      inputs: inputs.mixed(with: inputs.gather(rows: partners), share: share),
      targets: targets.mixed(with: targets.gather(rows: partners), share: share))
  }
}
