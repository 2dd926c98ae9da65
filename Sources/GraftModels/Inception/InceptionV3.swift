import GraftAutograd
import GraftData
import GraftNN
import GraftTensor

/// A network of blocks whose branches look at the image through windows of different sizes.
///
/// Loads torchvision's files: keys `Conv2d_1a_3x3`, `Mixed_5b` …, `AuxLogits`, `fc`. A file without an auxiliary head, or with another number of
/// classes, loads with `allowing: .newHead`.
///
/// Szegedy, Vanhoucke, Ioffe, Shlens, Wojna: *Rethinking the Inception Architecture for Computer Vision*, CVPR 2016.
///
/// ```swift
/// let model = InceptionV3(classes: 1000)
/// try model.load(Checkpoint(contentsOf: url))
/// model.replaceHead(classes: 37)          // both heads
/// ```
///
/// The model itself gives the main head's logits, in training too, and then the auxiliary head costs nothing. To train with both:
///
/// ```swift
/// let (loss, gradients) = valueAndGradients(using: &generator) {
///   let (logits, auxiliary) = model.logitsAndAuxiliary(batch.images)
///   return softmaxCrossEntropy(logits, batch.labels) + 0.4 * softmaxCrossEntropy(auxiliary, batch.labels)
/// }
/// ```
public final class InceptionV3: StagewiseModel {
  /// 3 → 32 channels at half the image's resolution.
  public let conv1a: InceptionUnit
  /// 32 channels.
  public let conv2a: InceptionUnit
  /// 64 channels; a maximum pooling follows.
  public let conv2b: InceptionUnit
  /// 80 channels at a quarter of the resolution.
  public let conv3b: InceptionUnit
  /// 192 channels; a maximum pooling follows.
  public let conv4a: InceptionUnit
  /// At an eighth of the resolution: 256, 288 and 288 channels.
  public let mixed5b, mixed5c, mixed5d: InceptionBlock
  /// At 1/16: 768 channels each.
  public let mixed6a, mixed6b, mixed6c, mixed6d, mixed6e: InceptionBlock
  /// The auxiliary head; `nil` in a network made without.
  public let auxiliary: InceptionAuxiliaryHead?
  /// At 1/32: 1280, 2048 and 2048 channels.
  public let mixed7a, mixed7b, mixed7c: InceptionBlock
  /// Turns the feature map into a vector: the average of each channel, then dropout, unless a head brings its own.
  public var pooling: any Layer
  /// The head: `Linear(2048, classes)` unless it was replaced.
  public var fc: any Layer

  /// How the images are normalised that the network is given. It brings them to what its weights were trained with,
  /// `Normalization.symmetric`, by itself; with that, the default, nothing is to be done.
  ///
  /// Published pipelines normalise by `.imageNet` and let the network do the rest (`transform_input`). State here what the data set does, and
  /// do not convert images yourself.
  public var inputNormalization = Normalization.symmetric

  private let maxPool = MaxPool2D(3, stride: 2)

  public static var checkpointNames: [String: String] {
    var names = [
      "conv1a": "Conv2d_1a_3x3", "conv2a": "Conv2d_2a_3x3", "conv2b": "Conv2d_2b_3x3",
      "conv3b": "Conv2d_3b_1x1", "conv4a": "Conv2d_4a_3x3", "auxiliary": "AuxLogits",
    ]
    for part in ["5b", "5c", "5d", "6a", "6b", "6c", "6d", "6e", "7a", "7b", "7c"] {
      names["mixed" + part] = "Mixed_" + part
    }
    return names
  }

  /// A network with fresh weights: convolutions normal with standard deviation 0.1, scales 1, shifts 0.
  ///
  /// - Parameters:
  ///   - classes: the length of the output, shape `[n, classes]`.
  ///   - auxiliary: whether there is an auxiliary head. Published files hold one. Default: yes.
  ///   - dropout: the probability of a pooled feature to be dropped while training. Default: 0.5.
  ///   - seed: what the weights are drawn from; equal seeds give equal weights.
  public convenience init(classes: Int, auxiliary: Bool = true, dropout: Float = 0.5, seed: UInt64 = 0) {
    self.init(classes: classes, auxiliary: auxiliary, dropout: dropout, divisor: 1, seed: seed)
  }

  /// The same network with every number of channels divided by `divisor`, 1, 2, 4, 8 or 16: for tests.
  package init(classes: Int, auxiliary: Bool = true, dropout: Float, divisor: Int, seed: UInt64 = 0) {
    var generator = RandomGenerator(seed: seed)
    func unit(_ inputs: Int, _ outputs: Int, _ kernel: Int, stride: Int = 1, padding: Int = 0)
      -> InceptionUnit
    {
      InceptionUnit(
        inputs, outputs / divisor, kernel: (kernel, kernel), stride: stride, padding: (padding, padding),
        using: &generator)
    }
    conv1a = unit(3, 32, 3, stride: 2)
    conv2a = unit(32 / divisor, 32, 3)
    conv2b = unit(32 / divisor, 64, 3, padding: 1)
    conv3b = unit(64 / divisor, 80, 1)
    conv4a = unit(80 / divisor, 192, 3)
    mixed5b = .mixed5(192 / divisor, pooled: 32, divisor: divisor, using: &generator)
    mixed5c = .mixed5(mixed5b.outputCount, pooled: 64, divisor: divisor, using: &generator)
    mixed5d = .mixed5(mixed5c.outputCount, pooled: 64, divisor: divisor, using: &generator)
    mixed6a = .mixed6a(mixed5d.outputCount, divisor: divisor, using: &generator)
    mixed6b = .mixed6(mixed6a.outputCount, inner: 128, divisor: divisor, using: &generator)
    mixed6c = .mixed6(mixed6b.outputCount, inner: 160, divisor: divisor, using: &generator)
    mixed6d = .mixed6(mixed6c.outputCount, inner: 160, divisor: divisor, using: &generator)
    mixed6e = .mixed6(mixed6d.outputCount, inner: 192, divisor: divisor, using: &generator)
    self.auxiliary =
      auxiliary
      ? InceptionAuxiliaryHead(mixed6e.outputCount, classes: classes, divisor: divisor, using: &generator)
      : nil
    mixed7a = .mixed7a(mixed6e.outputCount, divisor: divisor, using: &generator)
    mixed7b = .mixed7(mixed7a.outputCount, divisor: divisor, using: &generator)
    mixed7c = .mixed7(mixed7b.outputCount, divisor: divisor, using: &generator)
    pooling = dropout == 0 ? GlobalAveragePool2D() : Sequential([GlobalAveragePool2D(), Dropout(dropout)])
    featureCount = mixed7c.outputCount
    fc = Linear(featureCount, classes, using: &generator)
  }

  /// Images `[n, 3, height, width]` to feature maps; the last are `[n, 2048, h, w]`, about 1/32 of the size: 8×8 for 299×299, 1×1 for 75×75.
  ///
  /// Traps if an image is smaller than 75×75.
  public func applyStage(_ index: Int, to input: Variable) -> Variable {
    switch index {
    case 0: maxPool(conv2b(conv2a(conv1a(prepared(input)))))
    case 1: maxPool(conv4a(conv3b(input)))
    case 2: mixed5d(mixed5c(mixed5b(input)))
    case 3: mixed6e(mixed6d(mixed6c(mixed6b(mixed6a(input)))))
    case 4: mixed7c(mixed7b(mixed7a(input)))
    default: trapNoStage(index)
    }
  }

  /// The stage above where the auxiliary head reads: `[n, 768, h, w]`.
  private static let auxiliaryStage = 4

  /// The logits of the main and of the auxiliary head, `[n, classes]` each, for a loss that weighs them: the paper adds 0.4 times the
  /// auxiliary head's.
  ///
  /// Traps if an image is smaller than 299×299, below which the auxiliary head has nothing to see, or if there is none.
  public func logitsAndAuxiliary(_ input: Variable) -> (logits: Variable, auxiliary: Variable) {
    guard let auxiliary else {
      fatalError("InceptionV3.logitsAndAuxiliary: this network was made without an auxiliary head")
    }
    require(
      input.shape.rank == 4 && min(input.shape[2], input.shape[3]) >= 299,
      "InceptionV3.logitsAndAuxiliary: the auxiliary head needs images [n, 3, height, width] of at least 299×299, "
        + "but the input is \(input.shape). Call the model itself to train without it")
    let middle = activations(input, upTo: InceptionV3.auxiliaryStage)
    let features = applyStage(InceptionV3.auxiliaryStage, to: middle)
    return (head(pooling(features)), auxiliary(middle))
  }

  /// See ``logitsAndAuxiliary(_:)``.
  public func logitsAndAuxiliary(_ input: Tensor<Float>) -> (logits: Variable, auxiliary: Variable) {
    logitsAndAuxiliary(Variable(input))
  }

  private func prepared(_ input: Variable) -> Variable {
    require(
      input.shape.rank == 4 && min(input.shape[2], input.shape[3]) >= 75,
      "InceptionV3: the input must be [n, 3, height, width] with images of at least 75×75 but is \(input.shape)"
    )
    return input.normalizedForInception(from: inputNormalization)
  }

  public var head: any Layer {
    get { fc }
    set { fc = newValue }
  }

  /// 2048.
  public let featureCount: Int

  public var auxiliaryHeads: [any Layer] { auxiliary.map { [$0] } ?? [] }

  /// Replaces the auxiliary head's last layer. Its convolutions, which know nothing of the classes, stay.
  public func replaceAuxiliaryHeads(classes: Int, using generator: inout RandomGenerator) {
    guard let auxiliary else { return }
    auxiliary.fc = Linear(auxiliary.featureCount, classes, using: &generator)
  }

  /// The stem up to each of its poolings, three groups of blocks, and the two heads.
  public var stages: [Stage] {
    [
      Stage("stem", .path("Conv2d_1*.**") || .path("Conv2d_2*.**")),
      Stage("stem2", .path("Conv2d_3*.**") || .path("Conv2d_4*.**")),
      Stage("Mixed_5", .path("Mixed_5*.**")), Stage("Mixed_6", .path("Mixed_6*.**")),
      Stage("Mixed_7", .path("Mixed_7*.**")),
      Stage("head", .head),
    ]
  }
}

extension Variable {
  /// Images that were normalised in one way, `[n, channels, height, width]`, normalised as Inception's weights expect them:
  /// x · std / 0.5 + (mean − 0.5) / 0.5, channel by channel.
  fileprivate func normalizedForInception(from present: Normalization) -> Variable {
    guard present != .symmetric else { return self }
    let shape: Shape = [present.mean.count, 1, 1]
    let scale = Tensor(shape: shape, scalars: present.standardDeviation.map { $0 / 0.5 })
    let shift = Tensor(shape: shape, scalars: present.mean.map { ($0 - 0.5) / 0.5 })
    return self * Variable(scale) + Variable(shift)
  }
}
