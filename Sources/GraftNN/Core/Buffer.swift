import GraftAutograd
import GraftTensor

/// A tensor that belongs to a module's state without being learned by gradients: running statistics.
public final class Buffer<Scalar: TensorScalar>: AnyBuffer {
  /// The current value.
  public var value: Tensor<Scalar>

  /// Whether the module may adapt it while training. A frozen buffer keeps its value in any mode. Default: `true`.
  public var isTrainable: Bool

  /// A buffer with an initial value.
  public init(_ value: Tensor<Scalar>, isTrainable: Bool = true) {
    self.value = value
    self.isTrainable = isTrainable
  }
}

/// A ``Buffer`` whose element type does not matter.
public protocol AnyBuffer: AnyObject {
  /// What the buffer stores.
  associatedtype Scalar: TensorScalar

  /// The current value.
  var value: Tensor<Scalar> { get set }

  /// Whether the module may adapt it while training.
  var isTrainable: Bool { get set }
}

extension AnyBuffer {
  /// The value with its element type erased.
  public var anyValue: AnyTensor { AnyTensor(value) }

  /// The lengths of the value's axes.
  public var shape: Shape { value.shape }
}
