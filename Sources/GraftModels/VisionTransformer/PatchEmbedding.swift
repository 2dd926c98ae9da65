import GraftAutograd
import GraftNN
import GraftTensor

/// Cuts images into patches and makes a token of each.
public final class PatchEmbedding: Layer {
  /// W, `[width, 3, patch, patch]`, and b: a convolution whose windows lie side by side; `proj` in checkpoints.
  public let projection: Conv2D

  public static var checkpointNames: [String: String] { ["projection": "proj"] }

  init(_ configuration: VisionTransformer.Configuration, using generator: inout RandomGenerator) {
    let patch = configuration.patchSize
    projection = Conv2D(3, configuration.width, kernel: patch, stride: patch, using: &generator)
  }

  /// `[n, rows · columns, width]` from `[n, 3, height, width]`, row by row.
  public func forward(_ input: Variable) -> Variable {
    projection(input).flattened(from: 2).transposed(1, 2)
  }
}

/// The first token, which stands for the whole image: `[n, width]` from `[n, tokens, width]`.
public final class ClassToken: Layer {
  /// A layer without configuration.
  public init() {}

  /// Traps unless the input is `[n, tokens, width]`.
  public func forward(_ input: Variable) -> Variable {
    require(input.shape.rank == 3, "ClassToken: the input must be [n, tokens, width] but is \(input.shape)")
    return input.select(0, along: 1)
  }
}
