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
  /// Whether the module may adapt it while training.
  var isTrainable: Bool { get set }

  /// The value with its element type erased.
  var anyValue: AnyTensor { get }

  /// The lengths of the value's axes.
  var shape: Shape { get }

  /// Takes over a value of the same element type and shape; returns whether that was so.
  func assign(_ value: AnyTensor) -> Bool
}

extension Buffer {
  public var anyValue: AnyTensor { AnyTensor(value) }

  public var shape: Shape { value.shape }

  public func assign(_ value: AnyTensor) -> Bool {
    guard let typed = value.as(Scalar.self), typed.shape == shape else { return false }
    self.value = typed
    return true
  }
}
