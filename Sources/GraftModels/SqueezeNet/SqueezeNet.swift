import GraftAutograd
import GraftNN
import GraftTensor

/// A small network for images, 1.2 million parameters, whose head is a 1×1 convolution before the average over all positions.
///
/// Loads torchvision's files: keys `features.0`, `features.3.squeeze` …, `classifier.1`. Poolings round their number of windows
/// up, as there.
///
/// Iandola, Han, Moskewicz, Ashraf, Dally, Keutzer: *SqueezeNet: AlexNet-level accuracy with 50x fewer parameters*, 2016.
///
/// ```swift
/// let model = SqueezeNet(.squeezeNet11, classes: 1000)
/// try model.load(Checkpoint(contentsOf: url))
/// model.replaceHead(classes: 37)     // a 1×1 convolution to 37 channels
/// ```
public final class SqueezeNet: StagewiseModel {
  /// The stem, fire modules and maximum poolings, numbered as in published files: `features` there.
  public let convolutions: Sequential
  /// The head: dropout, 1×1 convolution, ReLU and the average of each class's map, unless it was replaced.
  public var classifier: any Layer
  /// Does nothing, as the head reads the feature map, unless a head brings its own.
  public var pooling: any Layer

  /// Which member of the family this is.
  public let configuration: Configuration

  /// The probability with which the head drops features while training.
  public let dropout: Float

  public static var checkpointNames: [String: String] { ["convolutions": "features"] }

  /// A network with fresh weights: convolutions Kaiming-uniform (fan in), the head normal with standard deviation 0.01, biases 0.
  ///
  /// - Parameters:
  ///   - configuration: the member of the family. Default: version 1.1.
  ///   - classes: the length of the output, shape `[n, classes]`.
  ///   - dropout: the probability before the head's convolution. Default: 0.5.
  ///   - seed: what the weights are drawn from; equal seeds give equal weights.
  public init(
    _ configuration: Configuration = .squeezeNet11, classes: Int, dropout: Float = 0.5, seed: UInt64 = 0
  ) {
    var generator = RandomGenerator(seed: seed)
    self.configuration = configuration
    self.dropout = dropout
    let stem = configuration.stem
    var layers: [any Layer] = [
      Conv2D(squeezing: 3, stem.channels, kernel: stem.kernel, stride: 2, using: &generator), ReLU(),
    ]
    var channels = stem.channels
    for group in configuration.squeezeWidths {
      layers.append(MaxPool2D(3, stride: 2, ceilMode: true))
      for width in group {
        let fire = Fire(channels, squeezed: width, using: &generator)
        layers.append(fire)
        channels = fire.outputCount
      }
    }
    convolutions = Sequential(layers)
    pooling = Identity()
    classifier = SqueezeNet.makeHead(channels, classes: classes, dropout: dropout, using: &generator)
  }

  /// Images `[n, 3, height, width]` to feature maps; the last are `[n, 512, height / 16, width / 16]`, about. The pooling that begins a
  /// group in the paper's table ends the stage before it, so that what lies between two stages is small.
  public func applyStage(_ index: Int, to input: Variable) -> Variable {
    let starts = [0] + configuration.layerRanges.map(\.lowerBound) + [convolutions.layers.count]
    guard starts.indices.dropLast().contains(index) else { trapNoStage(index) }
    return convolutions.applyLayers(starts[index]..<starts[index + 1], to: input)
  }

  public var head: any Layer {
    get { classifier }
    set { classifier = newValue }
  }

  public var featureCount: Int { configuration.featureCount }

  /// Dropout, a 1×1 convolution, ReLU and the average over all positions; a linear layer if the pooling was replaced by one
  /// that gives vectors.
  public func makeHead(classes: Int, using generator: inout RandomGenerator) -> any Layer {
    guard pooling is Identity else { return Linear(featureCount, classes, using: &generator) }
    return SqueezeNet.makeHead(featureCount, classes: classes, dropout: dropout, using: &generator)
  }

  private static func makeHead(
    _ inputs: Int, classes: Int, dropout: Float, using generator: inout RandomGenerator
  ) -> Sequential {
    let weight = Tensor<Float>.normal(
      [classes, inputs, 1, 1], mean: 0, standardDeviation: 0.01, using: &generator)
    return Sequential([
      Dropout(dropout), Conv2D(weight: weight, bias: .zeros([classes])), ReLU(), GlobalAveragePool2D(),
    ])
  }

  /// Stem, the groups of fire modules between the poolings, head.
  public var stages: [Stage] {
    let groups = configuration.layerRanges.enumerated().map { index, layers in
      Stage("group\(index + 1)", .layers(layers, of: "features"))
    }
    return [Stage("stem", .path("features.0"))] + groups + [Stage("head", .head)]
  }
}

extension SqueezeNet {
  /// What tells the members of the family apart.
  public struct Configuration: Sendable, Hashable {
    /// The first convolution: a square kernel with stride 2.
    let stem: Stem
    /// The squeezed widths of the fire modules, in groups; a maximum pooling begins each group.
    let squeezeWidths: [[Int]]

    struct Stem: Sendable, Hashable {
      let kernel: Int, channels: Int
    }

    /// Version 1.0, the paper's network: 1,248,424 parameters with 1,000 classes.
    public static let squeezeNet10 = Configuration(
      stem: Stem(kernel: 7, channels: 96), squeezeWidths: [[16, 16, 32], [32, 48, 48, 64], [64]])
    /// Version 1.1: 1,235,496 parameters, as accurate, and less than half the work.
    public static let squeezeNet11 = Configuration(
      stem: Stem(kernel: 3, channels: 64), squeezeWidths: [[16, 16], [32, 32], [48, 48, 64, 64]])

    var featureCount: Int { squeezeWidths.last?.last.map { Fire.expansion * $0 } ?? stem.channels }

    /// Which of the numbered layers are the fire modules of each group: before are stem, ReLU and poolings.
    var layerRanges: [Range<Int>] {
      var end = 2
      return squeezeWidths.map { group in
        let start = end + 1
        end = start + group.count
        return start..<end
      }
    }
  }
}
