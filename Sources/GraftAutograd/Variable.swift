import GraftTensor

/// A tensor that takes part in differentiation.
///
/// Inside ``valueAndGradients(_:)`` an operation on variables that lead back to a trainable parameter is recorded
/// on a tape; everywhere else, and for constants, a variable is its value and costs nothing more.
public struct Variable {
  /// The number that was computed.
  public let value: Tensor<Float>

  /// Where on a tape the value was recorded; `nil` for a constant.
  package let node: Node?

  /// A constant: no gradient flows through it.
  public init(_ value: Tensor<Float>) {
    self.init(value, node: nil)
  }

  package init(_ value: Tensor<Float>, node: Node?) {
    self.value = value
    self.node = node
  }

  /// The lengths of the value's axes.
  public var shape: Shape { value.shape }

  /// The same value as a constant, so that no gradient flows back from here.
  public func detached() -> Variable { Variable(value) }
}

extension Variable {
  /// The only element of a variable that has one, a loss for example. Traps if there are more or none.
  public var scalar: Float { value.scalar }
}

extension Variable: CustomStringConvertible {
  public var description: String { "Variable(\(value))" }
}

/// The place of a recorded value: which tape, and which entry of it.
package struct Node: Sendable, Hashable {
  let tape: UInt64
  let slot: Int
}
