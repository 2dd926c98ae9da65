import Foundation
import GraftAutograd
import GraftTensor

/// Cross entropy with well-classified examples weighed down, for classes of very unequal size.
///
///     lᵢ = −w[yᵢ] · (1 − pᵢ)^γ · log pᵢ,   pᵢ = softmax(logits)[i, yᵢ]
///
/// with yᵢ the label and w the class weights. γ = 0 is cross entropy.
/// (Lin, Goyal, Girshick, He, Dollár: *Focal Loss for Dense Object Detection*, ICCV 2017.) The mean is over the labels,
/// not weighted.
///
/// - Parameters:
///   - logits: `[..., C]`, unnormalised.
///   - labels: `[...]`, classes in 0 ..< C.
///   - gamma: γ ≥ 0. Default: 2.
///   - classWeights: w, `[C]`; the paper's α. Default: all 1.
///   - reduction: mean, sum, or a loss for each label. Default: mean.
/// - Precondition: the shapes fit, γ is not negative, and each label is a class.
public func focalLoss(
  _ logits: Variable, _ labels: Tensor<Int32>, gamma: Float = 2, classWeights: Tensor<Float>? = nil,
  reduction: LossReduction = .mean
) -> Variable {
  require(gamma >= 0, "focalLoss: gamma \(gamma) is negative")
  let classes = logits.shape.last ?? 0
  require(
    labels.shape == Shape(logits.shape.dropLast()),
    "focalLoss: labels of shape \(labels.shape) do not fit logits of shape \(logits.shape)")
  if let classWeights {
    require(
      classWeights.shape == [classes],
      "focalLoss: class weights of shape \(classWeights.shape) do not fit \(classes) classes")
  }
  let weights = LabelRows(labels, classes: classes, classWeights: classWeights, operation: "focalLoss")
    .weights.scalars
  let logLikelihoods = -softmaxCrossEntropy(logits, labels, reduction: .none)
  let rows = logLikelihoods.value.scalars
  var losses: [Float] = []
  var slopes: [Float] = []
  for (logLikelihood, weight) in zip(rows, weights) {
    let (loss, slope) = focal(Double(logLikelihood), gamma: Double(gamma))
    losses.append(Float(loss) * weight)
    slopes.append(Float(slope) * weight)
  }
  let slope = Tensor(shape: labels.shape, scalars: slopes)
  let result = Variable.custom(
    Tensor(shape: labels.shape, scalars: losses), inputs: [logLikelihoods]
  ) { gradient in [gradient * slope] }
  return reduction.apply(to: result)
}

/// −(1 − p)^γ · log p and its derivative by log p.
///
/// The derivative is −(1 − p)^γ + γ · (1 − p)^γ · p · log p / (1 − p), where p · log p / (1 − p) tends to −1 as p → 1
/// and to 0 as p → 0.
private func focal(_ logLikelihood: Double, gamma: Double) -> (loss: Double, slope: Double) {
  let likelihood = exp(logLikelihood)
  let rest = -expm1(logLikelihood)
  let modulation = gamma == 0 ? 1 : pow(rest, gamma)
  let quotient = rest == 0 ? -1 : likelihood == 0 ? 0 : likelihood * logLikelihood / rest
  return (-modulation * logLikelihood, -modulation + gamma * modulation * quotient)
}
