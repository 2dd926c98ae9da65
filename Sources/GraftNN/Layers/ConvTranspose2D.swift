import GraftAutograd
import GraftTensor

/// A transposed convolution over images: the adjoint of ``Conv2D`` with the same weight, which makes images larger.
///
/// Each input value is multiplied by the kernel and added to the output at its window:
///
///     y[n, o, i·stride + u·dilation − padding, j·stride + v·dilation − padding] += x[n, c, i, j] · W[c, o, u, v]
///
/// and the bias is added to the sum. (Zeiler, Krishnan, Taylor, Fergus: *Deconvolutional Networks*, CVPR 2010.)
public final class ConvTranspose2D: Layer {
  /// W, `[inputs, outputs / groups, kernel height, kernel width]`.
  public var weight: Parameter

  /// b, `[outputs]`; `nil` for a layer without.
  public var bias: Parameter?

  /// Stride, padding, dilation and groups of the convolution that this is the adjoint of.
  public let geometry: Convolution2D

  /// Rows and columns added at the bottom and right of the output, where several input sizes lead to one output size.
  public let outputPadding: (height: Int, width: Int)

  /// A layer with the given weight `[inputs, outputs / groups, height, width]` and bias `[outputs]`.
  ///
  /// Traps if the shapes do not fit each other or the groups.
  public init(
    weight: Tensor<Float>, bias: Tensor<Float>? = nil, geometry: Convolution2D = Convolution2D(),
    outputPadding: (height: Int, width: Int) = (0, 0)
  ) {
    require(
      weight.rank == 4 && weight.shape[0] % geometry.groups == 0,
      "ConvTranspose2D: a weight of shape \(weight.shape) is not [inputs, outputs / groups, height, width] "
        + "for \(geometry.groups) groups")
    if let bias {
      require(
        bias.shape == [weight.shape[1] * geometry.groups],
        "ConvTranspose2D: a bias of shape \(bias.shape) does not fit a weight of shape \(weight.shape)")
    }
    self.weight = Parameter(weight)
    self.bias = bias.map { Parameter($0) }
    self.geometry = geometry
    self.outputPadding = outputPadding
  }

  /// Computes `[n, outputs, h', w']` from `[n, inputs, h, w]`, where
  /// h' = (h − 1)·stride − 2·padding + dilation·(kernel − 1) + outputPadding + 1, and w' likewise.
  ///
  /// Traps if the number of channels differs.
  public func forward(_ input: Variable) -> Variable {
    input.convolvedTransposed(
      with: weight.variable, bias: bias?.variable, geometry, outputPadding: outputPadding)
  }
}

extension ConvTranspose2D {
  /// A freshly initialised layer with a square kernel: weight and bias uniform in ±1/√(outputs / groups · kernel²), as
  /// PyTorch has it.
  ///
  /// - Parameters:
  ///   - inputs: the number of input channels.
  ///   - outputs: the number of output channels.
  ///   - kernel: height and width of the kernel.
  ///   - stride: the distance between the windows of neighbouring input values. Default: 1.
  ///   - padding: rows and columns cut off the output on every side. Default: 0.
  ///   - outputPadding: rows and columns added at the bottom and right of the output. Default: 0.
  ///   - dilation: the distance between neighbouring elements of a window. Default: 1.
  ///   - groups: into how many independent parts the channels are divided. Default: 1.
  ///   - bias: whether there is a bias. Default: yes.
  ///   - generator: where the initial values come from.
  public convenience init(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0, outputPadding: Int = 0,
    dilation: Int = 1, groups: Int = 1, bias: Bool = true, using generator: inout RandomGenerator
  ) {
    let geometry = Convolution2D(
      stride: (stride, stride), padding: (padding, padding), dilation: (dilation, dilation), groups: groups)
    require(
      inputs > 0 && outputs > 0 && inputs % groups == 0 && outputs % groups == 0,
      "ConvTranspose2D: \(inputs) input and \(outputs) output channels do not divide into \(groups) groups")
    let shape: Shape = [inputs, outputs / groups, kernel, kernel]
    let weight = Tensor<Float>.defaultWeight(shape, using: &generator)
    let fanIn = shape.fan.inputs
    let bias = bias ? Tensor<Float>.defaultBias([outputs], fanIn: fanIn, using: &generator) : nil
    self.init(
      weight: weight, bias: bias, geometry: geometry, outputPadding: (outputPadding, outputPadding))
  }
}
