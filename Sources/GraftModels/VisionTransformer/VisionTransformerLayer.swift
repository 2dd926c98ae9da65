import GraftAutograd
import GraftNN
import GraftTensor

/// One transformer layer, normalised before attention and before the feed-forward block:
///
///     y = x + dropout(W_o · attention(norm_1(x)))
///     z = y + dropout(W_2 · gelu(W_1 · norm_2(y)))
public final class VisionTransformerLayer: Layer {
  /// norm_1.
  public let norm1: LayerNorm
  /// Attention; `attn` in checkpoints.
  public let attention: VisionTransformerAttention
  /// norm_2.
  public let norm2: LayerNorm
  /// The feed-forward block.
  public let mlp: VisionTransformerFeedForward

  public static var checkpointNames: [String: String] { ["attention": "attn"] }

  init(_ configuration: VisionTransformer.Configuration, using generator: inout RandomGenerator) {
    norm1 = LayerNorm(configuration.width, epsilon: configuration.epsilon)
    attention = VisionTransformerAttention(configuration, using: &generator)
    norm2 = LayerNorm(configuration.width, epsilon: configuration.epsilon)
    mlp = VisionTransformerFeedForward(configuration, using: &generator)
  }

  /// `[n, tokens, width]` to the same shape.
  public func forward(_ input: Variable) -> Variable {
    let attended = input + attention(norm1(input))
    return attended + mlp(norm2(attended))
  }
}

/// Attention in which every patch sees every other.
public final class VisionTransformerAttention: Layer {
  /// Queries, keys and values side by side, `[3 · width, width]`; `qkv` in checkpoints.
  public let projection: Linear
  /// W_o; `proj` in checkpoints.
  public let output: Linear
  private let heads: Int
  private let attentionDropout: Float
  private let dropout: Dropout

  public static var checkpointNames: [String: String] { ["projection": "qkv", "output": "proj"] }

  init(_ configuration: VisionTransformer.Configuration, using generator: inout RandomGenerator) {
    let width = configuration.width
    projection = Linear(transformer: width, 3 * width, using: &generator)
    output = Linear(transformer: width, width, using: &generator)
    heads = configuration.heads
    attentionDropout = configuration.attentionDropout
    dropout = Dropout(configuration.dropout)
  }

  /// `[n, tokens, width]` to the same shape.
  public func forward(_ input: Variable) -> Variable {
    let width = output.inputCount
    let parts = projection(input).split([width, width, width], along: 2)
    let found = multiHeadAttention(parts[0], parts[1], parts[2], heads: heads, dropout: attentionDropout)
    return dropout(output(found))
  }
}

/// `dropout(W_2 · gelu(W_1 · x))`, with the exact GELU.
public final class VisionTransformerFeedForward: Layer {
  /// W_1; `fc1` in checkpoints.
  public let inner: Linear
  /// W_2; `fc2` in checkpoints.
  public let output: Linear
  private let dropout: Dropout

  public static var checkpointNames: [String: String] { ["inner": "fc1", "output": "fc2"] }

  init(_ configuration: VisionTransformer.Configuration, using generator: inout RandomGenerator) {
    inner = Linear(transformer: configuration.width, configuration.innerWidth, using: &generator)
    output = Linear(transformer: configuration.innerWidth, configuration.width, using: &generator)
    dropout = Dropout(configuration.dropout)
  }

  /// `[n, tokens, width]` to the same shape.
  public func forward(_ input: Variable) -> Variable {
    dropout(output(dropout(inner.activated(input, by: .gelu))))
  }
}
