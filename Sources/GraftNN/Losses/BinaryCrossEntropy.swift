import GraftAutograd
import GraftTensor

/// The cross entropy of independent yes/no decisions, from logits.
///
///     l = −(w · y · log σ(x) + (1 − y) · log(1 − σ(x)))
///       = (1 − y) · x + (1 + (w − 1) · y) · softplus(−x)
///
/// with x the logit, y the target, w the positive weight; the second line is computed, and never overflows.
///
/// - Parameters:
///   - logits: of any shape.
///   - targets: of the logits' shape, probabilities in 0 ... 1.
///   - positiveWeight: w, broadcast to the logits: how much more a missed positive costs. Default: 1.
///   - reduction: mean, sum, or a loss for each element. Default: mean over all elements.
/// - Precondition: the shapes fit.
public func binaryCrossEntropy(
  withLogits logits: Variable, _ targets: Tensor<Float>, positiveWeight: Tensor<Float>? = nil,
  reduction: LossReduction = .mean
) -> Variable {
  require(
    targets.shape == logits.shape,
    "binaryCrossEntropy: targets of shape \(targets.shape) do not fit logits of shape \(logits.shape)")
  let x = logits.value
  let negative = 1 - targets
  let weight = positiveWeight.map { ($0 - 1) * targets + 1 }
  let tail = (-x).softplus()
  let losses = negative * x + (weight.map { $0 * tail } ?? tail)
  let result = Variable.custom(losses, inputs: [logits]) { gradient in
    // d softplus(−x) / dx = −σ(−x)
    let slope = (-x).sigmoid()
    return [(negative - (weight.map { $0 * slope } ?? slope)) * gradient]
  }
  return reduction.apply(to: result)
}
