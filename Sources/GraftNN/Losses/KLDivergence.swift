import GraftAutograd
import GraftTensor

/// The Kullback-Leibler divergence of predicted from target distributions.
///
///     lᵢ = Σ t[i, c] · (log t[i, c] − log p[i, c]),   0 · log 0 = 0
///
/// For distillation, with `logProbabilities` from `logSoftmax` and targets from a teacher's `softmax`.
/// (Kullback, Leibler: *On Information and Sufficiency*, 1951.)
///
/// - Parameters:
///   - logProbabilities: log p, `[..., C]`.
///   - targets: t, `[..., C]`, probabilities.
///   - reduction: mean over the rows (PyTorch's `batchmean`), sum, or a divergence for each row. Default: mean.
/// - Precondition: the shapes are equal.
public func klDivergence(
  _ logProbabilities: Variable, _ targets: Tensor<Float>, reduction: LossReduction = .mean
) -> Variable {
  require(
    logProbabilities.shape == targets.shape && targets.rank > 0,
    "klDivergence: targets of shape \(targets.shape) do not fit predictions of shape \(logProbabilities.shape)"
  )
  let logTargets = targets.log().replacing(with: 0, where: targets .== 0)
  let losses = (Variable(targets) * (Variable(logTargets) - logProbabilities)).sum(along: [-1])
  return reduction.apply(to: losses)
}
