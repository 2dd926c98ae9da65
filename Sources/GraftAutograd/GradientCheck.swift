import GraftTensor

/// The gradients of a function's sum at a point, one for each argument (zeros where it does not depend on one).
///
/// Runs in training mode. The result of `function` may have any shape: the gradients are those of the sum of its
/// elements.
public func gradients(
  at arguments: [Tensor<Float>], of function: ([Variable]) throws -> Variable
) rethrows -> [Tensor<Float>] {
  let leaves = arguments.map(FreeLeaf.init)
  let (_, gradients) = try valueAndGradients {
    try function(leaves.map { .leaf($0, isTrainable: true) }).sum()
  }
  return leaves.map { gradients[$0] ?? .zeros($0.value.shape) }
}

/// A value to differentiate by that belongs to no model.
private final class FreeLeaf: GradientLeaf {
  let value: Tensor<Float>

  init(_ value: Tensor<Float>) { self.value = value }
}
