import GraftAutograd
import GraftNN
import GraftTensor

/// A transformer that reads an image as a text of patches.
///
/// Loads timm's files as they are, keys `cls_token`, `pos_embed`, `patch_embed`, `blocks`, `norm`, `head`, and torchvision's with the mapping
/// ``GraftNN/KeyMapping/torchvisionVisionTransformer``.
///
/// Dosovitskiy et al.: *An Image Is Worth 16×16 Words: Transformers for Image Recognition at Scale*, ICLR 2021.
///
/// ```swift
/// let model = VisionTransformer(.base16, classes: 1000)
/// try model.load(Checkpoint(contentsOf: url))
/// model.replaceHead(classes: 37)
/// ```
///
/// A network has as many positions as the images that it was made for have patches. For images of another size, load weights into the
/// configuration that they belong to, and change the size then:
///
/// ```swift
/// let model = VisionTransformer(.base16, classes: 1000)      // 224×224, as the file
/// try model.load(Checkpoint(contentsOf: url))
/// model.resizeImages(height: 384, width: 384)
/// ```
public final class VisionTransformer: StagewiseModel {
  /// The token that stands for the whole image, `[1, 1, width]`; `cls_token` in checkpoints.
  public let classToken: Parameter
  /// What is added to each token for its place, `[1, 1 + rows · columns, width]`; `pos_embed` in checkpoints.
  public private(set) var positions: Parameter
  /// Images to tokens; `patch_embed` in checkpoints.
  public let patches: PatchEmbedding
  /// The layers, in the order of their application.
  public let blocks: [VisionTransformerLayer]
  /// Normalises what the last layer gives.
  public let norm: LayerNorm
  /// Turns tokens into a vector: the class token unless a head brings its own.
  public var pooling: any Layer
  /// The head: `Linear(width, classes)` unless it was replaced.
  public var head: any Layer

  /// The sizes that the network was made with.
  public let configuration: Configuration
  /// Rows and columns of patches.
  public private(set) var grid: (rows: Int, columns: Int)

  private let dropout: Dropout

  public static var checkpointNames: [String: String] {
    ["classToken": "cls_token", "positions": "pos_embed", "patches": "patch_embed"]
  }

  /// A network with fresh weights: normal with standard deviation 0.02, biases 0.
  ///
  /// - Parameters:
  ///   - configuration: the member of the family: `.base16`, `.tiny16` …
  ///   - classes: the length of the output, shape `[n, classes]`.
  ///   - seed: what the weights are drawn from; equal seeds give equal weights.
  public init(_ configuration: Configuration, classes: Int, seed: UInt64 = 0) {
    configuration.check()
    var generator = RandomGenerator(seed: seed)
    self.configuration = configuration
    let side = configuration.imageSize / configuration.patchSize
    grid = (side, side)
    classToken = Parameter(.zeros([1, 1, configuration.width]))
    positions = Parameter(
      .normal([1, 1 + side * side, configuration.width], mean: 0, standardDeviation: 0.02, using: &generator))
    patches = PatchEmbedding(configuration, using: &generator)
    blocks = (0..<configuration.layers).map { _ in VisionTransformerLayer(configuration, using: &generator) }
    norm = LayerNorm(configuration.width, epsilon: configuration.epsilon)
    pooling = ClassToken()
    head = Linear(configuration.width, classes, using: &generator)
    dropout = Dropout(configuration.dropout)
  }

  /// Images `[n, 3, height, width]` to tokens `[n, 1 + rows · columns, featureCount]`, the class token first, and tokens to tokens.
  ///
  /// Traps if the images are not of the size that the network is for.
  public func applyStage(_ index: Int, to input: Variable) -> Variable {
    switch index {
    case 0: embedded(input)
    case 1...blocks.count: blocks[index - 1](input)
    case blocks.count + 1: norm(input)
    default: trapNoStage(index)
    }
  }

  private func embedded(_ input: Variable) -> Variable {
    let (height, width) = imageSize
    require(
      input.shape.rank == 4 && input.shape[2] == height && input.shape[3] == width,
      "VisionTransformer: the input must be [n, 3, \(height), \(width)] but is \(input.shape). "
        + "Call resizeImages(height:width:) once for images of another size")
    let first = classToken.variable.broadcast(to: [input.shape[0], 1, configuration.width])
    return dropout(.concatenated([first, patches(input)], along: 1) + positions.variable)
  }

  /// Height and width of the images that the network takes.
  public var imageSize: (height: Int, width: Int) {
    (grid.rows * configuration.patchSize, grid.columns * configuration.patchSize)
  }

  /// Makes the network one for images of another size: the positions of the patches are resampled, bicubically and with a filter against
  /// aliasing where there will be fewer; the class token's stays. Without further training that costs a little accuracy.
  ///
  /// ``positions`` is a new parameter afterwards: do this before an optimizer gets to know the model.
  ///
  /// Traps unless height and width are positive multiples of the patch size.
  public func resizeImages(height: Int, width: Int) {
    let patch = configuration.patchSize
    require(
      height > 0 && width > 0 && height % patch == 0 && width % patch == 0,
      "VisionTransformer.resizeImages: \(height)×\(width) can't be cut into patches of \(patch)×\(patch)")
    let target = (rows: height / patch, columns: width / patch)
    guard target != grid else { return }
    let places = positions.value.slice(1..<positions.shape[1], along: 1)
      .reshaped(to: [grid.rows, grid.columns, configuration.width])
    let resampled = places.bicubicallyResampled(to: target)
      .reshaped(to: [1, target.rows * target.columns, configuration.width])
    let first = positions.value.slice(0..<1, along: 1)
    positions = Parameter(
      .concatenated([first, resampled], along: 1), isTrainable: positions.isTrainable)
    grid = target
  }

  /// The width.
  public var featureCount: Int { configuration.width }

  /// Tokens with their positions, each layer, the last norm, head.
  public var stages: [Stage] {
    [Stage("embeddings", .path("cls_token") || .path("pos_embed") || .path("patch_embed"))]
      + blocks.indices.map { Stage("block\($0)", .path("blocks.\($0)")) }
      + [Stage("norm", .path("norm")), Stage("head", .head)]
  }
}
