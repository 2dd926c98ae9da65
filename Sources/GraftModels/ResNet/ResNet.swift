import GraftAutograd
import GraftNN
import GraftTensor

/// A residual network for images.
///
/// Loads torchvision's files: keys `conv1`, `bn1`, `layer1` to `layer4`, `fc`. The stride of a bottleneck sits on its
/// 3×3 convolution, as there.
///
/// He, Zhang, Ren, Sun: *Deep Residual Learning for Image Recognition*, CVPR 2016. The wide and the grouped kind, ResNeXt, differ in a
/// block's inner width alone.
///
/// ```swift
/// let model = ResNet(.resNet18, classes: 1000)
/// try model.load(Checkpoint(contentsOf: url))
/// model.replaceHead(classes: 37)
/// ```
public final class ResNet: StagewiseModel {
  /// The stem: 7×7, stride 2, 3 → 64 channels.
  public let conv1: Conv2D
  /// Normalises the stem's output.
  public let bn1: BatchNorm2D
  private let maxpool = MaxPool2D(3, stride: 2, padding: 1)
  /// Blocks at 1/4 of the image's resolution.
  public let layer1: Sequential
  /// Blocks at 1/8.
  public let layer2: Sequential
  /// Blocks at 1/16.
  public let layer3: Sequential
  /// Blocks at 1/32.
  public let layer4: Sequential
  /// Turns the feature map into a vector: the average of each channel unless a head brings its own.
  public var pooling: any Layer
  /// The head: `Linear(featureCount, classes)` unless it was replaced.
  public var fc: any Layer

  /// Which member of the family this is.
  public let configuration: Configuration

  /// A network with fresh weights: convolutions Kaiming-normal (fan out), scales 1, shifts 0.
  ///
  /// - Parameters:
  ///   - configuration: the member of the family: `.resNet18`, `.resNet50` …
  ///   - classes: the length of the output, shape `[n, classes]`.
  ///   - seed: what the weights are drawn from; equal seeds give equal weights.
  public init(_ configuration: Configuration, classes: Int, seed: UInt64 = 0) {
    var generator = RandomGenerator(seed: seed)
    self.configuration = configuration
    conv1 = Conv2D(kaiming: 3, 64, kernel: 7, stride: 2, padding: 3, using: &generator)
    bn1 = BatchNorm2D(64)
    var channels = 64
    func stage(_ width: Int, _ index: Int, stride: Int) -> Sequential {
      let blocks = (0..<configuration.blockCounts[index]).map { block -> any Layer in
        let inputs = channels
        channels = width * configuration.block.expansion
        return configuration.makeBlock(inputs, width, stride: block == 0 ? stride : 1, using: &generator)
      }
      return Sequential(blocks)
    }
    layer1 = stage(64, 0, stride: 1)
    layer2 = stage(128, 1, stride: 2)
    layer3 = stage(256, 2, stride: 2)
    layer4 = stage(512, 3, stride: 2)
    pooling = GlobalAveragePool2D()
    fc = Linear(channels, classes, using: &generator)
  }

  /// Images `[n, 3, height, width]` to feature maps of 64 channels at 1/4 of their resolution (the stem), and these to maps of
  /// 64, 128, 256 and 512 channels, with bottlenecks four times as many, at 1/4, 1/8, 1/16 and 1/32.
  public func applyStage(_ index: Int, to input: Variable) -> Variable {
    switch index {
    case 0: maxpool(conv1.rectified(input, normalizedBy: bn1))
    case 1: layer1(input)
    case 2: layer2(input)
    case 3: layer3(input)
    case 4: layer4(input)
    default: trapNoStage(index)
    }
  }

  public var head: any Layer {
    get { fc }
    set { fc = newValue }
  }

  public var featureCount: Int { 512 * configuration.block.expansion }

  /// Stem, four groups of blocks, head.
  public var stages: [Stage] {
    [
      Stage("stem", .path("conv1") || .path("bn1")),
      Stage("layer1", .path("layer1")), Stage("layer2", .path("layer2")),
      Stage("layer3", .path("layer3")), Stage("layer4", .path("layer4")),
      Stage("head", .head),
    ]
  }
}
