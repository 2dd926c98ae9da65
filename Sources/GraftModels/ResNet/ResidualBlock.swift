import GraftAutograd
import GraftNN
import GraftTensor

/// The two kinds of block that residual networks are built from.
public enum ResidualBlock: Sendable, Hashable {
  /// Two 3×3 convolutions.
  case basic
  /// 1×1 to reduce, 3×3, 1×1 to four times the layer's width.
  case bottleneck

  /// Output channels as a multiple of the block's width.
  public var expansion: Int { self == .basic ? 1 : 4 }
}

/// relu(x + bn2(conv2(relu(bn1(conv1(x)))))), with x projected where its shape changes.
final class BasicBlock: Layer {
  let conv1: Conv2D
  let bn1: BatchNorm2D
  let conv2: Conv2D
  let bn2: BatchNorm2D
  let downsample: Sequential?

  init(_ inputs: Int, _ width: Int, stride: Int, using generator: inout RandomGenerator) {
    conv1 = Conv2D(kaiming: inputs, width, kernel: 3, stride: stride, padding: 1, using: &generator)
    bn1 = BatchNorm2D(width)
    conv2 = Conv2D(kaiming: width, width, kernel: 3, padding: 1, using: &generator)
    bn2 = BatchNorm2D(width)
    downsample = projection(inputs, width, stride: stride, using: &generator)
  }

  /// `[n, inputs, h, w]` to `[n, width, h / stride, w / stride]`.
  func forward(_ input: Variable) -> Variable {
    let inner = conv1.rectified(input, normalizedBy: bn1)
    return conv2.rectified(inner, normalizedBy: bn2, adding: downsample?(input) ?? input)
  }
}

/// relu(x + bn3(conv3(relu(bn2(conv2(relu(bn1(conv1(x)))))))), with x projected where its shape changes.
final class Bottleneck: Layer {
  let conv1: Conv2D
  let bn1: BatchNorm2D
  let conv2: Conv2D
  let bn2: BatchNorm2D
  let conv3: Conv2D
  let bn3: BatchNorm2D
  let downsample: Sequential?

  init(
    _ inputs: Int, inner width: Int, outputs: Int, stride: Int, groups: Int,
    using generator: inout RandomGenerator
  ) {
    conv1 = Conv2D(kaiming: inputs, width, kernel: 1, using: &generator)
    bn1 = BatchNorm2D(width)
    conv2 = Conv2D(
      kaiming: width, width, kernel: 3, stride: stride, padding: 1, groups: groups, using: &generator)
    bn2 = BatchNorm2D(width)
    conv3 = Conv2D(kaiming: width, outputs, kernel: 1, using: &generator)
    bn3 = BatchNorm2D(outputs)
    downsample = projection(inputs, outputs, stride: stride, using: &generator)
  }

  /// `[n, inputs, h, w]` to `[n, outputs, h / stride, w / stride]`.
  func forward(_ input: Variable) -> Variable {
    let reduced = conv1.rectified(input, normalizedBy: bn1)
    let inner = conv2.rectified(reduced, normalizedBy: bn2)
    return conv3.rectified(inner, normalizedBy: bn3, adding: downsample?(input) ?? input)
  }
}

/// A 1×1 convolution with batch norm where a block changes the shape; `nil` where it does not.
private func projection(
  _ inputs: Int, _ outputs: Int, stride: Int, using generator: inout RandomGenerator
) -> Sequential? {
  guard stride != 1 || inputs != outputs else { return nil }
  return Sequential([
    Conv2D(kaiming: inputs, outputs, kernel: 1, stride: stride, using: &generator), BatchNorm2D(outputs),
  ])
}
