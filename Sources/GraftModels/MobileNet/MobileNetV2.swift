import GraftAutograd
import GraftNN
import GraftTensor

/// A network for images that is small and quick: convolutions of one channel each between 1×1 convolutions, ReLU6.
///
/// Loads torchvision's files: keys `features.0.0`, `features.1.conv.0.0` …, `classifier.1`.
///
/// Sandler, Howard, Zhu, Zhmoginov, Chen: *MobileNetV2: Inverted Residuals and Linear Bottlenecks*, CVPR 2018.
///
/// ```swift
/// let model = MobileNetV2(width: 0.35, classes: 37)
/// try model.load(Checkpoint(contentsOf: url), allowing: .newHead)
/// ```
public final class MobileNetV2: StagewiseModel {
  /// The stem, inverted residual blocks and a last 1×1 convolution, numbered as in published files: `features` there.
  public let blocks: Sequential
  /// Turns the feature map into a vector: the average of each channel unless a head brings its own.
  public var pooling: any Layer
  /// The head: dropout and `Linear(featureCount, classes)` unless it was replaced.
  public var classifier: any Layer

  /// By what the channels of every layer are multiplied.
  public let width: Double
  public let featureCount: Int

  /// The probability with which the head drops features while training.
  public let dropout: Float

  public static var checkpointNames: [String: String] { ["blocks": "features"] }

  /// A network with fresh weights: convolutions Kaiming-normal (fan out), the head normal with standard deviation 0.01, scales 1,
  /// biases and shifts 0.
  ///
  /// Traps unless the width is a positive number.
  /// - Parameters:
  ///   - width: by what the channels of every layer are multiplied, and rounded to a multiple of 8; the last layer has 1,280 at
  ///     least. Default: 1, with 3,504,872 parameters and 1,000 classes.
  ///   - classes: the length of the output, shape `[n, classes]`.
  ///   - dropout: the probability before the head's linear layer. Default: 0.2.
  ///   - seed: what the weights are drawn from; equal seeds give equal weights.
  public init(width: Double = 1, classes: Int, dropout: Float = 0.2, seed: UInt64 = 0) {
    require(width > 0 && width.isFinite, "MobileNetV2: a width of \(width)")
    var generator = RandomGenerator(seed: seed)
    self.width = width
    self.dropout = dropout
    var channels = divisible(32 * width)
    var layers: [any Layer] = [normalizedUnit(3, channels, kernel: 3, stride: 2, using: &generator)]
    for group in MobileNetV2.groups {
      let outputs = divisible(Double(group.channels) * width)
      for block in 0..<group.blocks {
        layers.append(
          InvertedResidual(
            channels, outputs, stride: block == 0 ? group.stride : 1, expansion: group.expansion,
            using: &generator))
        channels = outputs
      }
    }
    featureCount = divisible(1280 * max(1, width))
    layers.append(normalizedUnit(channels, featureCount, kernel: 1, using: &generator))
    blocks = Sequential(layers)
    pooling = GlobalAveragePool2D()
    let weight = Tensor<Float>.normal(
      [classes, featureCount], mean: 0, standardDeviation: 0.01, using: &generator)
    classifier = Sequential([Dropout(dropout), Linear(weight: weight, bias: .zeros([classes]))])
  }

  /// Images `[n, 3, height, width]` to feature maps at 1/2, 1/4, 1/8, 1/16 and 1/32 of their resolution, rounded up; the last are
  /// `[n, featureCount, ⌈height / 32⌉, ⌈width / 32⌉]`.
  public func applyStage(_ index: Int, to input: Variable) -> Variable {
    guard MobileNetV2.layerRanges.indices.contains(index) else { trapNoStage(index) }
    return blocks.applyLayers(MobileNetV2.layerRanges[index], to: input)
  }

  public var head: any Layer {
    get { classifier }
    set { classifier = newValue }
  }

  /// Dropout and one linear layer, uniform in ±1/√features.
  public func makeHead(classes: Int, using generator: inout RandomGenerator) -> any Layer {
    Sequential([Dropout(dropout), Linear(featureCount, classes, using: &generator)])
  }

  /// The stem and the first block, the blocks at 1/4, 1/8, 1/16 and 1/32 of the image's resolution, head.
  public var stages: [Stage] {
    MobileNetV2.layerRanges.enumerated().map { index, layers in
      Stage(index == 0 ? "stem" : "blocks\(index)", .layers(layers, of: "features"))
    } + [Stage("head", .head)]
  }

  /// Which of the numbered layers belong to each stage. One ends before a block with a stride; the last convolution belongs to the last
  /// blocks.
  private static let layerRanges: [Range<Int>] = {
    var starts: [Int] = [0]
    var next = 1
    for group in groups {
      if group.stride > 1 { starts.append(next) }
      next += group.blocks
    }
    return zip(starts, starts.dropFirst() + [next + 1]).map { $0..<$1 }
  }()

  /// Blocks of one width: the paper's table 2. The first of a group has the stride.
  private static let groups: [(expansion: Int, channels: Int, blocks: Int, stride: Int)] = [
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
  ]
}

/// The multiple of 8 nearest to a number of channels, at least 8, and never less than 0.9 of the number.
private func divisible(_ channels: Double) -> Int {
  let nearest = max(8, Int(channels + 4) / 8 * 8)
  return Double(nearest) < 0.9 * channels ? nearest + 8 : nearest
}
