import GraftAutograd
import GraftTensor

/// The mean of squared differences, (x − y)².
///
/// - Parameters:
///   - predictions: x, of any shape.
///   - targets: y, of the same shape.
///   - reduction: mean, sum, or a loss for each element. Default: mean over all elements.
/// - Precondition: the shapes are equal.
public func meanSquaredError(
  _ predictions: Variable, _ targets: Tensor<Float>, reduction: LossReduction = .mean
) -> Variable {
  let difference = checkedDifference(predictions, targets, operation: "meanSquaredError")
  return reduction.apply(to: difference.square())
}

/// The mean of absolute differences, |x − y|; its gradient where they are equal is 0.
///
/// - Parameters:
///   - predictions: x, of any shape.
///   - targets: y, of the same shape.
///   - reduction: mean, sum, or a loss for each element. Default: mean over all elements.
/// - Precondition: the shapes are equal.
public func l1Loss(
  _ predictions: Variable, _ targets: Tensor<Float>, reduction: LossReduction = .mean
) -> Variable {
  let difference = checkedDifference(predictions, targets, operation: "l1Loss")
  return reduction.apply(to: difference.abs())
}

/// Squared near the target and linear far from it, so that outliers do not rule.
///
///     l = ½ d²            for |d| ≤ δ
///         δ · (|d| − ½ δ)  otherwise,   d = x − y
///
/// (Huber: *Robust Estimation of a Location Parameter*, 1964.) PyTorch's `smooth_l1_loss` with beta δ is this divided by δ.
///
/// - Parameters:
///   - predictions: x, of any shape.
///   - targets: y, of the same shape.
///   - delta: δ, where the square ends. Default: 1.
///   - reduction: mean, sum, or a loss for each element. Default: mean over all elements.
/// - Precondition: the shapes are equal and δ is positive.
public func huberLoss(
  _ predictions: Variable, _ targets: Tensor<Float>, delta: Float = 1, reduction: LossReduction = .mean
) -> Variable {
  require(delta > 0, "huberLoss: delta \(delta) is not positive")
  let difference = checkedDifference(predictions, targets, operation: "huberLoss")
  // With c = d limited to ±δ, both branches are c · (d − ½ c), and the slope is c.
  let limited = difference.value.clamped(to: -delta...delta)
  let losses = Variable.custom(
    limited * (difference.value - limited * 0.5), inputs: [difference]
  ) { gradient in [gradient * limited] }
  return reduction.apply(to: losses)
}

private func checkedDifference(
  _ predictions: Variable, _ targets: Tensor<Float>, operation: StaticString
) -> Variable {
  require(
    predictions.shape == targets.shape,
    "\(operation): targets of shape \(targets.shape) do not fit predictions of shape \(predictions.shape)")
  return predictions - Variable(targets)
}
