import GraftAutograd
import GraftTensor

/// A layer with a way round it.
///
///     y = body(x) + shortcut(x)
///
/// (He, Zhang, Ren, Sun: *Deep Residual Learning for Image Recognition*, CVPR 2016.)
public final class Residual: Layer {
  /// What is learned on top of the shortcut.
  public var body: any Layer

  /// What brings the input to the body's output shape; `nil` for the input itself.
  public var shortcut: (any Layer)?

  /// A body with a way round it: `shortcut`, or the input as it is.
  public init(_ body: any Layer, shortcut: (any Layer)? = nil) {
    self.body = body
    self.shortcut = shortcut
  }

  /// The layers that the block lists, with the input added to their output.
  public convenience init(@SequentialBuilder _ layers: () throws -> [any Layer]) rethrows {
    try self.init(Sequential(layers()))
  }

  /// Computes an output of the body's shape. Traps unless the shortcut's shape is the same.
  public func forward(_ input: Variable) -> Variable {
    let around = shortcut.map { $0(input) } ?? input
    let output = body(input)
    require(
      output.shape == around.shape,
      "Residual: the body's output of shape \(output.shape) does not fit the shortcut's, \(around.shape)")
    return output + around
  }
}
