import GraftAutograd
import GraftTensor

/// Why training can't go on.
public enum TrainingError: GraftError, Hashable {
  /// The loss is NaN or infinite.
  case nonFiniteLoss(Float)

  /// The loss is a number, but gradients have a NaN or an infinity in them, at these paths.
  case nonFiniteGradients(paths: [String])

  /// What is not finite, and what to look for.
  public var description: String {
    switch self {
    case .nonFiniteLoss(let loss):
      return
        "The loss is \(loss). Look for a learning rate that is too high, for inputs that are not finite, and for "
        + "a logarithm or division of zero."
    case .nonFiniteGradients(let paths):
      return
        "The gradients of \(paths.joined(separator: ", ")) are not finite. Clip gradients, or lower the learning rate."
    }
  }
}

extension Gradients {
  /// The paths of the parameters of `model` whose gradient has a NaN or an infinity in it, in the model's order.
  public func nonFinitePaths(in model: any Module) -> [String] {
    let leaves = Set(nonFiniteLeaves.map { ObjectIdentifier($0) })
    guard !leaves.isEmpty else { return [] }
    return model.state.compactMap { entry in
      entry.parameter.flatMap { leaves.contains(ObjectIdentifier($0)) ? entry.path : nil }
    }
  }
}

/// Throws ``TrainingError`` if the loss, or a gradient of a parameter of `model`, is NaN or infinite.
///
/// Reads every gradient once. Call it before the optimizer's update, so that no weight is spoilt. Running statistics that
/// are not frozen have moved in the forward pass already: go back to a checkpoint, or to weights that early stopping keeps.
public func requireFinite(loss: Float, gradients: Gradients, in model: any Module) throws {
  guard loss.isFinite else { throw TrainingError.nonFiniteLoss(loss) }
  let paths = gradients.nonFinitePaths(in: model)
  guard paths.isEmpty else { throw TrainingError.nonFiniteGradients(paths: paths) }
}
