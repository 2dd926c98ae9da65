import GraftAutograd
import GraftNN
import GraftTensor

/// A 1×1 convolution to few channels, then 1×1 and 3×3 convolutions side by side, each with a ReLU.
final class Fire: Layer {
  let squeeze: Conv2D
  let expand1x1: Conv2D
  let expand3x3: Conv2D

  /// Output channels as a multiple of the squeezed width: four of each kind.
  static let expansion = 8

  init(_ inputs: Int, squeezed width: Int, using generator: inout RandomGenerator) {
    let outputs = width * Fire.expansion / 2
    squeeze = Conv2D(squeezing: inputs, width, kernel: 1, using: &generator)
    expand1x1 = Conv2D(squeezing: width, outputs, kernel: 1, using: &generator)
    expand3x3 = Conv2D(squeezing: width, outputs, kernel: 3, padding: 1, using: &generator)
  }

  var outputCount: Int { expand1x1.weight.shape[0] + expand3x3.weight.shape[0] }

  /// `[n, inputs, h, w]` to `[n, 8 · width, h, w]`.
  func forward(_ input: Variable) -> Variable {
    let squeezed = squeeze.rectified(input)
    return .concatenated([expand1x1.rectified(squeezed), expand3x3.rectified(squeezed)], along: 1)
  }
}

extension Conv2D {
  /// A convolution whose weights are Kaiming-uniform by fan in, with a bias of 0, as a SqueezeNet starts.
  convenience init(
    squeezing inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0,
    using generator: inout RandomGenerator
  ) {
    self.init(
      weight: .kaimingUniform([outputs, inputs, kernel, kernel], using: &generator), bias: .zeros([outputs]),
      geometry: Convolution2D(stride: (stride, stride), padding: (padding, padding)))
  }
}
