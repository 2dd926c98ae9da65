import GraftAutograd
import GraftTensor

/// The cross entropy between labels and the probabilities that softmax makes from logits.
///
///     lᵢ = −(1 − ε) · w[yᵢ] · log p[i, yᵢ] − ε/C · Σ w[c] · log p[i, c],   p = softmax(logits)
///
/// with yᵢ the label, w the class weights (else 1), ε the label smoothing and C the number of classes
/// (smoothing: Szegedy et al., *Rethinking the Inception Architecture*, CVPR 2016). The mean is Σ lᵢ / Σ w[yᵢ] over what is
/// not ignored, as in PyTorch; where everything is ignored it is 0 with gradients of 0.
///
/// - Parameters:
///   - logits: `[..., C]`, unnormalised.
///   - labels: `[...]`, classes in 0 ..< C.
///   - classWeights: `[C]`; a rare class may be given more. Default: all 1.
///   - labelSmoothing: ε in 0 ... 1, the share of the target spread evenly over all classes. Default: 0.
///   - ignored: a label whose rows count nothing, -100 for example; their logits are not even read. Default: none.
///   - reduction: mean, sum, or a loss for each label. Default: mean.
/// - Precondition: the shapes fit, and each label is a class or `ignored`. Otherwise it traps with the value, its position
///   and the number of classes.
public func softmaxCrossEntropy(
  _ logits: Variable, _ labels: Tensor<Int32>, classWeights: Tensor<Float>? = nil,
  labelSmoothing: Float = 0, ignoring ignored: Int32? = nil, reduction: LossReduction = .mean
) -> Variable {
  let classes = checkedClassCount(logits, classWeights, labelSmoothing)
  require(
    labels.shape == Shape(logits.shape.dropLast()),
    "softmaxCrossEntropy: labels of shape \(labels.shape) do not fit logits of shape \(logits.shape)")
  let rows = LabelRows(
    labels, classes: classes, classWeights: classWeights, ignored: ignored, operation: "softmaxCrossEntropy")
  let flatLogits = logits.reshaped(to: [labels.count, classes])
  let entropy = LabelCrossEntropy(
    flatLogits.value, labels: rows.labels, weights: rows.weights * (1 - labelSmoothing),
    share: labelSmoothing / Float(classes), classWeights: classWeights)
  let losses = Variable.custom(entropy.losses, inputs: [flatLogits]) { [entropy.pullback($0)] }
  switch reduction {
  case .mean: return losses.sum() / max(rows.totalWeight, .leastNormalMagnitude)
  case .sum: return losses.sum()
  case .none: return losses.reshaped(to: labels.shape)
  }
}

/// The cross entropy between soft targets and the probabilities that softmax makes from logits.
///
///     lᵢ = −Σ w[c] · ((1 − ε) · t[i, c] + ε/C) · log p[i, c],   p = softmax(logits)
///
/// For mixed images, distillation, or several annotators. The mean is over the rows, whatever the class weights, as in PyTorch.
///
/// - Parameters:
///   - logits: `[..., C]`, unnormalised.
///   - softTargets: `[..., C]`, a probability for each class.
///   - classWeights: `[C]`. Default: all 1.
///   - labelSmoothing: ε in 0 ... 1. Default: 0.
///   - reduction: mean, sum, or a loss for each row. Default: mean.
/// - Precondition: the shapes fit.
public func softmaxCrossEntropy(
  _ logits: Variable, softTargets: Tensor<Float>, classWeights: Tensor<Float>? = nil,
  labelSmoothing: Float = 0, reduction: LossReduction = .mean
) -> Variable {
  let classes = checkedClassCount(logits, classWeights, labelSmoothing)
  require(
    softTargets.shape == logits.shape,
    "softmaxCrossEntropy: soft targets of shape \(softTargets.shape) do not fit logits of shape \(logits.shape)"
  )
  let outer = Shape(logits.shape.dropLast())
  let flat: Shape = [outer.elementCount, classes]
  var targets = softTargets.reshaped(to: flat)
  if labelSmoothing > 0 { targets = targets * (1 - labelSmoothing) + labelSmoothing / Float(classes) }
  if let classWeights { targets = targets * classWeights }
  let flatLogits = logits.reshaped(to: flat)
  let entropy = TargetCrossEntropy(flatLogits.value, targets: targets)
  let losses = Variable.custom(entropy.losses, inputs: [flatLogits]) { [entropy.pullback($0)] }
  return reduction.apply(to: reduction == .none ? losses.reshaped(to: outer) : losses)
}

/// The number of classes, after the checks that both forms share.
private func checkedClassCount(
  _ logits: Variable, _ classWeights: Tensor<Float>?, _ labelSmoothing: Float
) -> Int {
  require(
    (0...1).contains(labelSmoothing), "softmaxCrossEntropy: label smoothing \(labelSmoothing) is not in 0...1"
  )
  guard let classes = logits.shape.last, classes > 0 else {
    fatalError("softmaxCrossEntropy: logits of shape \(logits.shape) have no classes")
  }
  if let classWeights {
    require(
      classWeights.shape == [classes],
      "softmaxCrossEntropy: class weights of shape \(classWeights.shape) do not fit \(classes) classes")
  }
  return classes
}
