import GraftAutograd
import GraftTensor

/// A convolution over images.
///
///     y[n, o, i, j] = b[o] + Σ x[n, c, i·stride + u·dilation − padding, j·stride + v·dilation − padding] · W[o, c, u, v]
///
/// summed over the input channels c of o's group and the kernel positions (u, v); x outside the image is 0.
/// (A cross-correlation, as in every deep-learning library.)
public final class Conv2D: Layer {
  /// W, `[outputs, inputs / groups, kernel height, kernel width]`.
  public var weight: Parameter

  /// b, `[outputs]`; `nil` for a layer without, as before a batch norm.
  public var bias: Parameter?

  /// Stride, padding, dilation and groups.
  public let geometry: Convolution2D

  /// A layer with the given weight `[outputs, inputs / groups, height, width]` and bias `[outputs]`.
  ///
  /// Traps if the shapes do not fit each other or the groups.
  public init(
    weight: Tensor<Float>, bias: Tensor<Float>? = nil, geometry: Convolution2D = Convolution2D()
  ) {
    require(
      weight.rank == 4 && weight.shape[0] % geometry.groups == 0,
      "Conv2D: a weight of shape \(weight.shape) is not [outputs, inputs / groups, height, width] "
        + "for \(geometry.groups) groups")
    if let bias {
      require(
        bias.shape == [weight.shape[0]],
        "Conv2D: a bias of shape \(bias.shape) does not fit a weight of shape \(weight.shape)")
    }
    self.weight = Parameter(weight)
    self.bias = bias.map { Parameter($0) }
    self.geometry = geometry
  }

  /// Computes `[n, outputs, h', w']` from `[n, inputs, h, w]`, where
  /// h' = ⌊(h + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1, and w' likewise.
  ///
  /// Traps if the number of channels differs or the kernel does not fit into the padded image.
  public func forward(_ input: Variable) -> Variable {
    input.convolved(with: weight.variable, bias: bias?.variable, geometry)
  }

  /// max(0, y) for this layer's result y: the same bits as a ``ReLU`` after it, in the same pass over memory.
  ///
  /// Traps as ``forward(_:)`` does.
  public func rectified(_ input: Variable) -> Variable {
    let output = input.convolved(with: weight.variable, bias: bias?.variable, geometry, rectifying: true)
    LayerObserver.current?.observe(self, output)
    return output
  }
}

extension Conv2D {
  /// A freshly initialised layer with a square kernel: weight and bias uniform in ±1/√(inputs / groups · kernel²), as
  /// PyTorch has it.
  ///
  /// - Parameters:
  ///   - inputs: the number of input channels.
  ///   - outputs: the number of output channels.
  ///   - kernel: height and width of the kernel.
  ///   - stride: the distance between neighbouring windows. Default: 1.
  ///   - padding: rows and columns of zeros added on every side. Default: 0.
  ///   - dilation: the distance between neighbouring elements of a window. Default: 1.
  ///   - groups: into how many independent parts the channels are divided. Default: 1.
  ///   - bias: whether there is a bias. Default: yes.
  ///   - generator: where the initial values come from.
  public convenience init(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
    groups: Int = 1, bias: Bool = true, using generator: inout RandomGenerator
  ) {
    let geometry = Convolution2D(
      stride: (stride, stride), padding: (padding, padding), dilation: (dilation, dilation), groups: groups)
    self.init(
      inputs, outputs, kernel: (kernel, kernel), geometry: geometry, bias: bias, using: &generator)
  }

  /// A freshly initialised layer with a kernel of any height and width, for a 1×7 convolution for example.
  public convenience init(
    _ inputs: Int, _ outputs: Int, kernel: (height: Int, width: Int),
    geometry: Convolution2D = Convolution2D(), bias: Bool = true, using generator: inout RandomGenerator
  ) {
    require(
      inputs > 0 && outputs > 0 && inputs % geometry.groups == 0 && outputs % geometry.groups == 0,
      "Conv2D: \(inputs) input and \(outputs) output channels do not divide into \(geometry.groups) groups")
    let shape: Shape = [outputs, inputs / geometry.groups, kernel.height, kernel.width]
    let weight = Tensor<Float>.defaultWeight(shape, using: &generator)
    let fanIn = shape.fan.inputs
    let bias = bias ? Tensor<Float>.defaultBias([outputs], fanIn: fanIn, using: &generator) : nil
    self.init(weight: weight, bias: bias, geometry: geometry)
  }
}
