import GraftAutograd
import GraftNN
import GraftTensor

/// One transformer layer, normalised before attention and before the feed-forward block:
///
///     y = x + dropout(W_o · attention(norm_1(x)))
///     z = y + dropout(W_2 · gelu(W_1 · norm_2(y)))
public final class GPT2Layer: Module {
  /// norm_1; `ln_1` in checkpoints.
  public let norm1: LayerNorm
  /// Attention; `attn` in checkpoints.
  public let attention: GPT2Attention
  /// norm_2; `ln_2` in checkpoints.
  public let norm2: LayerNorm
  /// The feed-forward block.
  public let mlp: GPT2FeedForward

  public static var checkpointNames: [String: String] {
    ["norm1": "ln_1", "attention": "attn", "norm2": "ln_2"]
  }

  init(_ configuration: GPT2Configuration, using generator: inout RandomGenerator) {
    norm1 = LayerNorm(configuration.width, epsilon: configuration.epsilon)
    attention = GPT2Attention(configuration, using: &generator)
    norm2 = LayerNorm(configuration.width, epsilon: configuration.epsilon)
    mlp = GPT2FeedForward(configuration, using: &generator)
  }

  /// `[n, length, width]` to the same shape; `cache` holds the keys and values of what came before, and takes those of the input.
  func callAsFunction(
    _ input: Variable, mask: Tensor<Bool>?, cache: inout KeyValueCache.Layer?
  ) -> Variable {
    let attended = input + attention(norm1(input), mask: mask, cache: &cache)
    return attended + mlp(norm2(attended))
  }
}

/// Attention in which a token sees itself and what came before it.
public final class GPT2Attention: Module {
  /// Queries, keys and values side by side, `[3 · width, width]`; `c_attn` in checkpoints.
  public let projection: Linear
  /// W_o; `c_proj` in checkpoints.
  public let output: Linear
  private let heads: Int
  private let attentionDropout: Float
  private let dropout: Dropout

  public static var checkpointNames: [String: String] { ["projection": "c_attn", "output": "c_proj"] }

  init(_ configuration: GPT2Configuration, using generator: inout RandomGenerator) {
    let width = configuration.width
    projection = Linear(transformer: width, 3 * width, using: &generator)
    output = Linear(
      transformer: width, width, standardDeviation: configuration.residualDeviation, using: &generator)
    heads = configuration.heads
    attentionDropout = configuration.attentionDropout
    dropout = Dropout(configuration.dropout)
  }

  func callAsFunction(
    _ input: Variable, mask: Tensor<Bool>?, cache: inout KeyValueCache.Layer?
  ) -> Variable {
    let width = input.shape[2]
    let parts = projection(input).split([width, width, width], along: 2)
    let found: Variable
    if cache != nil, let (keys, values) = cache?.appending(parts[1].value, parts[2].value) {
      // A single token may see all that is there; several have to be the first ones.
      found = multiHeadAttention(
        parts[0], Variable(keys), Variable(values), heads: heads, mask: mask, isCausal: input.shape[1] > 1)
    } else {
      found = multiHeadAttention(
        parts[0], parts[1], parts[2], heads: heads, mask: mask, isCausal: true, dropout: attentionDropout)
    }
    return dropout(output(found))
  }
}

/// `dropout(W_2 · gelu(W_1 · x))`.
public final class GPT2FeedForward: Module {
  /// W_1; `c_fc` in checkpoints.
  public let inner: Linear
  /// W_2; `c_proj` in checkpoints.
  public let output: Linear
  private let dropout: Dropout

  public static var checkpointNames: [String: String] { ["inner": "c_fc", "output": "c_proj"] }

  init(_ configuration: GPT2Configuration, using generator: inout RandomGenerator) {
    inner = Linear(transformer: configuration.width, configuration.innerWidth, using: &generator)
    output = Linear(
      transformer: configuration.innerWidth, configuration.width,
      standardDeviation: configuration.residualDeviation, using: &generator)
    dropout = Dropout(configuration.dropout)
  }

  func callAsFunction(_ input: Variable) -> Variable {
    dropout(output(inner.activated(input, by: .geluTanh)))
  }
}

extension GPT2Configuration {
  /// The deviation that weights begin with where they add to the residual: less, the more layers add to it.
  var residualDeviation: Float { 0.02 / Float(2 * layers).squareRoot() }
}
