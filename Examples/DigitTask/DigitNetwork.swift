import Graft

/// A small convolutional network for 8×8 images of digits.
///
/// Five 3×3 convolutions with batch norm, which halve the image twice; the head is one linear layer on the 2×2 map.
package final class DigitNetwork: TransferableModel {
  let conv1: Conv2D
  let bn1: BatchNorm2D
  let conv2: Conv2D
  let bn2: BatchNorm2D
  let conv3: Conv2D
  let bn3: BatchNorm2D
  let conv4: Conv2D
  let bn4: BatchNorm2D
  let conv5: Conv2D
  let bn5: BatchNorm2D
  package var pooling: any Layer = Identity()
  package var head: any Layer

  package init(classes: Int, seed: UInt64) {
    var generator = RandomGenerator(seed: seed)
    func convolution(_ inputs: Int, _ outputs: Int, stride: Int) -> Conv2D {
      Conv2D(inputs, outputs, kernel: 3, stride: stride, padding: 1, bias: false, using: &generator)
    }
    conv1 = convolution(1, 16, stride: 1)
    bn1 = BatchNorm2D(16)
    conv2 = convolution(16, 16, stride: 1)
    bn2 = BatchNorm2D(16)
    conv3 = convolution(16, 32, stride: 2)
    bn3 = BatchNorm2D(32)
    conv4 = convolution(32, 32, stride: 1)
    bn4 = BatchNorm2D(32)
    conv5 = convolution(32, 64, stride: 2)
    bn5 = BatchNorm2D(64)
    head = Linear(256, classes, using: &generator)
  }

  /// Images `[n, 1, 8, 8]` to features `[n, 256]`.
  package func features(_ input: Variable) -> Variable {
    var x = bn1(conv1(input)).relu()
    x = bn2(conv2(x)).relu()
    x = bn3(conv3(x)).relu()
    x = bn4(conv4(x)).relu()
    x = bn5(conv5(x)).relu()
    return x.flattened()
  }

  package var featureCount: Int { 256 }

  /// Three groups of convolutions, and the head.
  package var stages: [Stage] {
    func group(_ name: String, _ first: String, _ second: String) -> Stage {
      Stage(
        name, .path("conv\(first)") || .path("bn\(first)") || .path("conv\(second)") || .path("bn\(second)"))
    }
    return [
      group("edges", "1", "2"), group("strokes", "3", "4"),
      Stage("shapes", .path("conv5") || .path("bn5")), Stage("head", .head),
    ]
  }
}
