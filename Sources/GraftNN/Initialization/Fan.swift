import GraftTensor

/// How many values a weight connects on either side: what initialisations scale by.
public struct Fan: Sendable, Hashable {
  /// Input values that reach one output value.
  public let inputs: Int

  /// Output values that one input value reaches.
  public let outputs: Int

  /// A fan of the given counts.
  public init(inputs: Int, outputs: Int) {
    self.inputs = inputs
    self.outputs = outputs
  }

  /// Which of the two an initialisation goes by.
  public enum Side: Sendable, Hashable {
    /// Keeps the variance of activations in the forward pass.
    case inputs
    /// Keeps the variance of gradients in the backward pass.
    case outputs
  }
}

extension Shape {
  /// The fan of a weight of this shape, counted as PyTorch does.
  ///
  /// A weight is `[outputs, inputs, kernel...]`: the fan is inputs · kernel elements and outputs · kernel elements.
  /// For grouped convolutions `inputs` is the axis' length, so the channels of one group. A transposed convolution's weight
  /// is `[inputs, outputs / groups, kernel...]`, and PyTorch reads it by position all the same.
  /// Traps if the rank is below 2.
  public var fan: Fan {
    require(rank >= 2, "fan: a weight needs at least two axes, but the shape is \(self)")
    let kernel = dropFirst(2).reduce(1, *)
    return Fan(inputs: self[1] * kernel, outputs: self[0] * kernel)
  }
}
