import GraftAutograd
import GraftTensor

/// How the losses of single elements become one.
public enum LossReduction: Sendable, Hashable {
  /// Their mean: weighted by class weights where a loss has them.
  case mean
  /// Their sum.
  case sum
  /// They stay as they are.
  case none

  /// Reduces by plain sum or plain mean over all elements.
  func apply(to losses: Variable) -> Variable {
    switch self {
    case .mean: return losses.mean()
    case .sum: return losses.sum()
    case .none: return losses
    }
  }
}
