import GraftAutograd
import GraftNN
import GraftTensor

/// relu(bn(conv(x))): what Inception is built from.
public final class InceptionUnit: Layer {
  /// The convolution, without bias.
  public let conv: Conv2D
  /// Normalises its result, with ε = 1e-3.
  public let bn: BatchNorm2D

  /// Weights begin normal with the given deviation.
  init(
    _ inputs: Int, _ outputs: Int, kernel: (height: Int, width: Int) = (1, 1), stride: Int = 1,
    padding: (height: Int, width: Int) = (0, 0), standardDeviation: Float = 0.1,
    using generator: inout RandomGenerator
  ) {
    let shape: Shape = [outputs, inputs, kernel.height, kernel.width]
    conv = Conv2D(
      weight: .normal(shape, mean: 0, standardDeviation: standardDeviation, using: &generator),
      geometry: Convolution2D(stride: (stride, stride), padding: padding))
    bn = BatchNorm2D(outputs, epsilon: 1e-3)
  }

  /// `[n, inputs, h, w]` to `[n, outputs, h', w']`, as the convolution has it.
  public func forward(_ input: Variable) -> Variable { conv.rectified(input, normalizedBy: bn) }
}
