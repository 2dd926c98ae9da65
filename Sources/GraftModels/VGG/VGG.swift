import GraftAutograd
import GraftNN
import GraftTensor

/// A network of 3×3 convolutions for images, with two wide hidden layers before the head.
///
/// Loads torchvision's files, plain and `_bn`: keys `features.0` …, `classifier.0`, `.3` and `.6`; those of timm with
/// ``GraftNN/KeyMapping/timmVGG``.
///
/// Simonyan, Zisserman: *Very Deep Convolutional Networks for Large-Scale Image Recognition*, ICLR 2015.
///
/// ```swift
/// let model = VGG(.vgg16, classes: 1000)
/// try model.load(Checkpoint(contentsOf: url))
/// model.replaceHead(classes: 37)     // the last of the three linear layers
/// ```
public final class VGG: StagewiseModel {
  /// Convolutions, ReLUs and maximum poolings, numbered as in published files: `features` there.
  public let convolutions: Sequential
  private let grid = AdaptiveAveragePool2D(7, 7)
  /// Two hidden linear layers, each with ReLU and dropout, and the head, which is the last.
  public let classifier: Sequential
  /// Does nothing, as the features are vectors.
  public var pooling: any Layer

  /// Which member of the family this is.
  public let configuration: Configuration

  public static var checkpointNames: [String: String] { ["convolutions": "features"] }

  /// A network with fresh weights: convolutions Kaiming-normal (fan out), linear layers normal with standard deviation 0.01,
  /// scales 1, biases and shifts 0.
  ///
  /// - Parameters:
  ///   - configuration: the member of the family: `.vgg16`, `.vgg16BN` …
  ///   - classes: the length of the output, shape `[n, classes]`.
  ///   - dropout: the probability after each hidden layer of the classifier. Default: 0.5.
  ///   - seed: what the weights are drawn from; equal seeds give equal weights.
  public init(_ configuration: Configuration, classes: Int, dropout: Float = 0.5, seed: UInt64 = 0) {
    var generator = RandomGenerator(seed: seed)
    self.configuration = configuration
    var channels = 3
    var layers: [any Layer] = []
    for block in configuration.blocks {
      for width in block {
        layers.append(Conv2D(kaiming: channels, width, kernel: 3, padding: 1, bias: true, using: &generator))
        if configuration.isNormalized { layers.append(BatchNorm2D(width)) }
        layers.append(ReLU())
        channels = width
      }
      layers.append(MaxPool2D(2))
    }
    convolutions = Sequential(layers)
    func linear(_ inputs: Int, _ outputs: Int) -> Linear {
      Linear(
        weight: .normal([outputs, inputs], mean: 0, standardDeviation: 0.01, using: &generator),
        bias: .zeros([outputs]))
    }
    let hidden = configuration.hiddenWidth
    classifier = Sequential([
      linear(channels * grid.height * grid.width, hidden), ReLU(), Dropout(dropout),
      linear(hidden, hidden), ReLU(), Dropout(dropout),
      linear(hidden, classes),
    ])
    pooling = Flatten()
  }

  /// Images `[n, 3, height, width]` to feature maps, which each block halves, and the last of these to what the last hidden layer says of
  /// them, `[n, featureCount]`.
  ///
  /// Images may have any size from 32 pixels: the convolutions' result is averaged to 7×7.
  public func applyStage(_ index: Int, to input: Variable) -> Variable {
    let blocks = configuration.layerRanges
    switch index {
    case blocks.indices: return convolutions.applyLayers(blocks[index], to: input)
    case blocks.count:
      let hidden = Sequential(classifier.layers.dropLast())
      return hidden(grid(input).flattened(from: 1))
    default: trapNoStage(index)
    }
  }

  public var head: any Layer {
    get { classifier[classifier.layers.count - 1] }
    set { classifier[classifier.layers.count - 1] = newValue }
  }

  public var featureCount: Int { configuration.hiddenWidth }

  /// The blocks between the poolings, the classifier's hidden layers, head.
  public var stages: [Stage] {
    let blocks = configuration.layerRanges.enumerated().map { index, layers in
      Stage("block\(index + 1)", .layers(layers, of: "features"))
    }
    return blocks + [Stage("hidden", .path("classifier.0") || .path("classifier.3")), Stage("head", .head)]
  }
}
