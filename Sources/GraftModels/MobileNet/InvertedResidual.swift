import GraftAutograd
import GraftNN
import GraftTensor

/// 1×1 to many channels, 3×3 on each channel by itself, 1×1 to few channels without an activation; around all that the input, where
/// its shape stays.
final class InvertedResidual: Layer {
  let conv: Sequential
  private let hasShortcut: Bool

  init(
    _ inputs: Int, _ outputs: Int, stride: Int, expansion: Int, using generator: inout RandomGenerator
  ) {
    let inner = inputs * expansion
    var layers: [any Layer] = []
    if expansion > 1 { layers.append(normalizedUnit(inputs, inner, kernel: 1, using: &generator)) }
    layers.append(
      normalizedUnit(inner, inner, kernel: 3, stride: stride, groups: inner, using: &generator))
    layers.append(Conv2D(kaiming: inner, outputs, kernel: 1, using: &generator))
    layers.append(BatchNorm2D(outputs))
    conv = Sequential(layers)
    hasShortcut = stride == 1 && inputs == outputs
  }

  /// `[n, inputs, h, w]` to `[n, outputs, ⌈h / stride⌉, ⌈w / stride⌉]`.
  func forward(_ input: Variable) -> Variable {
    let output = conv(input)
    return hasShortcut ? input + output : output
  }
}

/// A convolution that keeps the image's size but for the stride, batch norm and ReLU6.
func normalizedUnit(
  _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, groups: Int = 1,
  using generator: inout RandomGenerator
) -> Sequential {
  Sequential([
    Conv2D(
      kaiming: inputs, outputs, kernel: kernel, stride: stride, padding: kernel / 2, groups: groups,
      using: &generator),
    BatchNorm2D(outputs), ReLU6(),
  ])
}
