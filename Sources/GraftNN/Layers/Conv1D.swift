import GraftAutograd
import GraftTensor

/// A convolution over sequences.
///
///     y[n, o, i] = b[o] + Σ x[n, c, i·stride + u·dilation − padding] · W[o, c, u]
///
/// summed over the input channels c of o's group and the kernel positions u; x outside the sequence is 0.
public final class Conv1D: Layer {
  /// W, `[outputs, inputs / groups, kernel]`.
  public var weight: Parameter

  /// b, `[outputs]`; `nil` for a layer without.
  public var bias: Parameter?

  /// The distance between neighbouring windows.
  public let stride: Int

  /// Zeros added at both ends.
  public let padding: Int

  /// The distance between neighbouring elements of a window.
  public let dilation: Int

  /// Into how many independent parts the channels are divided.
  public let groups: Int

  /// A layer with the given weight `[outputs, inputs / groups, kernel]` and bias `[outputs]`.
  ///
  /// Traps if the shapes do not fit each other or the groups.
  public init(
    weight: Tensor<Float>, bias: Tensor<Float>? = nil, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
    groups: Int = 1
  ) {
    require(
      weight.rank == 3 && groups > 0 && weight.shape[0] % groups == 0,
      "Conv1D: a weight of shape \(weight.shape) is not [outputs, inputs / groups, kernel] for \(groups) groups"
    )
    if let bias {
      require(
        bias.shape == [weight.shape[0]],
        "Conv1D: a bias of shape \(bias.shape) does not fit a weight of shape \(weight.shape)")
    }
    self.weight = Parameter(weight)
    self.bias = bias.map { Parameter($0) }
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
  }

  /// Computes `[n, outputs, l']` from `[n, inputs, l]`, where l' = ⌊(l + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1.
  ///
  /// Traps if the number of channels differs or the kernel does not fit into the padded sequence.
  public func forward(_ input: Variable) -> Variable {
    input.convolved1D(
      with: weight.variable, bias: bias?.variable, stride: stride, padding: padding, dilation: dilation,
      groups: groups)
  }
}

extension Conv1D {
  /// A freshly initialised layer: weight and bias uniform in ±1/√(inputs / groups · kernel), as PyTorch has it.
  ///
  /// - Parameters:
  ///   - inputs: the number of input channels.
  ///   - outputs: the number of output channels.
  ///   - kernel: the length of the kernel.
  ///   - stride: the distance between neighbouring windows. Default: 1.
  ///   - padding: zeros added at both ends. Default: 0.
  ///   - dilation: the distance between neighbouring elements of a window. Default: 1.
  ///   - groups: into how many independent parts the channels are divided. Default: 1.
  ///   - bias: whether there is a bias. Default: yes.
  ///   - generator: where the initial values come from.
  public convenience init(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
    groups: Int = 1, bias: Bool = true, using generator: inout RandomGenerator
  ) {
    require(
      inputs > 0 && outputs > 0 && groups > 0 && inputs % groups == 0 && outputs % groups == 0,
      "Conv1D: \(inputs) input and \(outputs) output channels do not divide into \(groups) groups")
    let shape: Shape = [outputs, inputs / groups, kernel]
    let weight = Tensor<Float>.defaultWeight(shape, using: &generator)
    let fanIn = shape.fan.inputs
    let bias = bias ? Tensor<Float>.defaultBias([outputs], fanIn: fanIn, using: &generator) : nil
    self.init(
      weight: weight, bias: bias, stride: stride, padding: padding, dilation: dilation, groups: groups)
  }
}
