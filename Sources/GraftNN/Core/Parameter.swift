import GraftAutograd
import GraftTensor

/// A tensor that a module learns by gradients.
///
/// Whether it learns now is a property of its own, ``isTrainable``: a frozen parameter is a constant to every
/// recording, gets no gradient, and so no optimizer can move it.
public final class Parameter: GradientLeaf {
  /// The current value. Its shape should stay what it is; replace the parameter to change the shape.
  public var value: Tensor<Float>

  /// Whether gradients are computed for it. Default: `true`. Usually set through a `Selection`.
  public var isTrainable: Bool

  /// A parameter with an initial value.
  public init(_ value: Tensor<Float>, isTrainable: Bool = true) {
    self.value = value
    self.isTrainable = isTrainable
  }

  /// The value as the surrounding scope sees it: recorded while it is trainable, a constant otherwise.
  public var variable: Variable { .leaf(self, isTrainable: isTrainable) }

  /// The lengths of the value's axes.
  public var shape: Shape { value.shape }
}
