import GraftAutograd
import GraftTensor

/// A fully connected layer.
///
///     y = x · Wᵀ + b
///
/// where x is the input, W the ``weight`` and b the ``bias``.
public final class Linear: Layer {
  /// W, `[outputs, inputs]`.
  public var weight: Parameter

  /// b, `[outputs]`; `nil` for a layer without.
  public var bias: Parameter?

  /// A layer with the given weight `[outputs, inputs]` and bias `[outputs]`.
  ///
  /// Traps if the shapes do not fit each other.
  public init(weight: Tensor<Float>, bias: Tensor<Float>? = nil) {
    require(weight.rank == 2, "Linear: the weight must be [outputs, inputs] but is \(weight.shape)")
    if let bias {
      require(
        bias.shape == [weight.shape[0]],
        "Linear: a bias of shape \(bias.shape) does not fit a weight of shape \(weight.shape)")
    }
    self.weight = Parameter(weight)
    self.bias = bias.map { Parameter($0) }
  }

  /// The length of the last axis of the input.
  public var inputCount: Int { weight.shape[1] }

  /// The length of the last axis of the output.
  public var outputCount: Int { weight.shape[0] }

  /// Computes `[..., outputs]` from `[..., inputs]`. Traps if the last axis has another length.
  public func forward(_ input: Variable) -> Variable {
    require(
      input.shape.last == inputCount,
      "Linear: an input of shape \(input.shape) does not fit a weight of shape \(weight.shape)")
    return input.linear(weight: weight.variable, bias: bias?.variable)
  }
}

extension Linear {
  /// A freshly initialised layer: weight and bias uniform in ±1/√inputs, as PyTorch has it.
  ///
  /// - Parameters:
  ///   - inputs: the length of the last axis of the input.
  ///   - outputs: the length of the last axis of the output.
  ///   - bias: whether there is a bias. Default: yes.
  ///   - generator: where the initial values come from.
  public convenience init(
    _ inputs: Int, _ outputs: Int, bias: Bool = true, using generator: inout RandomGenerator
  ) {
    require(inputs > 0 && outputs > 0, "Linear: cannot make a layer from \(inputs) to \(outputs)")
    let weight = Tensor<Float>.defaultWeight([outputs, inputs], using: &generator)
    let bias = bias ? Tensor<Float>.defaultBias([outputs], fanIn: inputs, using: &generator) : nil
    self.init(weight: weight, bias: bias)
  }
}
