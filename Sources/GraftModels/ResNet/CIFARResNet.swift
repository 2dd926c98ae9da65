import GraftAutograd
import GraftNN
import GraftTensor

/// A residual network for small images: a 3×3 stem, three layers of 16, 32 and 64 channels, shortcuts without weights.
///
/// He, Zhang, Ren, Sun: *Deep Residual Learning for Image Recognition*, CVPR 2016, section 4.2. Loads files with the keys
/// `conv1`, `bn1`, `layer1` to `layer3`, `linear`.
public final class CIFARResNet: StagewiseModel {
  /// The stem: 3×3, 3 → 16 channels.
  public let conv1: Conv2D
  /// Normalises the stem's output.
  public let bn1: BatchNorm2D
  /// 16 channels at the image's resolution.
  public let layer1: Sequential
  /// 32 channels at half of it.
  public let layer2: Sequential
  /// 64 channels at a quarter.
  public let layer3: Sequential
  /// Turns the feature map into a vector: the average of each channel unless a head brings its own.
  public var pooling: any Layer
  /// The head: `Linear(64, classes)` unless it was replaced.
  public var linear: any Layer

  /// How deep a member of the family is.
  public enum Configuration: Int, Sendable, CaseIterable {
    /// 0.27 million parameters.
    case resNet20 = 20
    /// 0.46 million parameters.
    case resNet32 = 32
    /// 0.66 million parameters.
    case resNet44 = 44
    /// 0.85 million parameters.
    case resNet56 = 56
    /// 1.7 million parameters.
    case resNet110 = 110

    /// Blocks in each of the three layers: two convolutions each, beside the stem and the head.
    var blocksPerLayer: Int { (rawValue - 2) / 6 }
  }

  /// A network with fresh weights: convolutions Kaiming-normal (fan out), scales 1, shifts 0.
  ///
  /// - Parameters:
  ///   - configuration: the depth: `.resNet20` …
  ///   - classes: the length of the output, shape `[n, classes]`.
  ///   - seed: what the weights are drawn from; equal seeds give equal weights.
  public init(_ configuration: Configuration, classes: Int, seed: UInt64 = 0) {
    var generator = RandomGenerator(seed: seed)
    conv1 = Conv2D(kaiming: 3, 16, kernel: 3, padding: 1, using: &generator)
    bn1 = BatchNorm2D(16)
    func layer(_ inputs: Int, _ outputs: Int) -> Sequential {
      Sequential(
        (0..<configuration.blocksPerLayer).map {
          CIFARBlock($0 == 0 ? inputs : outputs, outputs, using: &generator)
        })
    }
    layer1 = layer(16, 16)
    layer2 = layer(16, 32)
    layer3 = layer(32, 64)
    pooling = GlobalAveragePool2D()
    linear = Linear(64, classes, using: &generator)
  }

  /// Images `[n, 3, height, width]` to feature maps of 16 channels (the stem), and these to maps of 16, 32 and 64 channels at 1, 1/2 and
  /// 1/4 of their resolution.
  public func applyStage(_ index: Int, to input: Variable) -> Variable {
    switch index {
    case 0: conv1.rectified(input, normalizedBy: bn1)
    case 1: layer1(input)
    case 2: layer2(input)
    case 3: layer3(input)
    default: trapNoStage(index)
    }
  }

  public var head: any Layer {
    get { linear }
    set { linear = newValue }
  }

  public var featureCount: Int { 64 }

  /// Stem, three groups of blocks, head.
  public var stages: [Stage] {
    [
      Stage("stem", .path("conv1") || .path("bn1")),
      Stage("layer1", .path("layer1")), Stage("layer2", .path("layer2")), Stage("layer3", .path("layer3")),
      Stage("head", .head),
    ]
  }
}

/// A basic block whose shortcut has no weights (option A of the paper): where the width doubles, every second pixel of the
/// input is kept and zero channels are added on both sides.
final class CIFARBlock: Layer {
  let conv1: Conv2D
  let bn1: BatchNorm2D
  let conv2: Conv2D
  let bn2: BatchNorm2D
  private let addedChannels: Int

  init(_ inputs: Int, _ outputs: Int, using generator: inout RandomGenerator) {
    let stride = inputs == outputs ? 1 : 2
    conv1 = Conv2D(kaiming: inputs, outputs, kernel: 3, stride: stride, padding: 1, using: &generator)
    bn1 = BatchNorm2D(outputs)
    conv2 = Conv2D(kaiming: outputs, outputs, kernel: 3, padding: 1, using: &generator)
    bn2 = BatchNorm2D(outputs)
    addedChannels = outputs - inputs
  }

  /// `[n, inputs, h, w]` to `[n, outputs, h / 2, w / 2]`, or to its own shape where the width stays.
  func forward(_ input: Variable) -> Variable {
    let inner = conv1.rectified(input, normalizedBy: bn1)
    return conv2.rectified(inner, normalizedBy: bn2, adding: shortcut(input))
  }

  private func shortcut(_ input: Variable) -> Variable {
    guard addedChannels > 0 else { return input }
    let before = addedChannels / 2
    // A 1×1 window with stride 2 keeps every second pixel.
    let kept = input.maxPooled(Pooling2D(kernel: (1, 1), stride: (2, 2)))
    return kept.padded([(0, 0), (before, addedChannels - before), (0, 0), (0, 0)])
  }
}
