import GraftAutograd
import GraftData
import GraftNN
import GraftTensor

/// A GPT-2 without a head: tokens to a vector for each of them that knows what came before it.
///
/// Radford, Wu, Child, Luan, Amodei, Sutskever: *Language Models are Unsupervised Multitask Learners*, 2019.
/// ``GPT2LanguageModel`` and ``GPT2Classifier`` put heads on it.
public final class GPT2: Module {
  /// A vector for each token, `[vocabulary, width]`; `wte` in checkpoints.
  public let tokenEmbeddings: Embedding
  /// A vector for each place, `[positions, width]`; `wpe` in checkpoints.
  public let positionEmbeddings: Embedding
  /// The layers; `h` in checkpoints.
  public let layers: [GPT2Layer]
  /// Normalises the last layer's output; `ln_f` in checkpoints.
  public let norm: LayerNorm
  private let dropout: Dropout

  /// The sizes.
  public let configuration: GPT2Configuration

  public static var checkpointNames: [String: String] {
    ["tokenEmbeddings": "wte", "positionEmbeddings": "wpe", "layers": "h", "norm": "ln_f"]
  }

  /// A model with fresh weights: normal with standard deviation 0.02, less where they add to the residual; biases 0.
  public init(_ configuration: GPT2Configuration, using generator: inout RandomGenerator) {
    self.configuration = configuration
    tokenEmbeddings = Embedding(
      transformer: configuration.vocabularySize, configuration.width, using: &generator)
    positionEmbeddings = Embedding(
      transformer: configuration.positions, configuration.width, using: &generator)
    layers = (0..<configuration.layers).map { _ in GPT2Layer(configuration, using: &generator) }
    norm = LayerNorm(configuration.width, epsilon: configuration.epsilon)
    dropout = Dropout(configuration.embeddingDropout)
  }

  /// The last layer's output, not yet normalised, `[n, length, width]`.
  ///
  /// - Parameters:
  ///   - ids: the tokens, `[n, length]`.
  ///   - mask: `true` where a token may be seen, `[n, length]`; padding belongs behind the text. `nil` if all may.
  ///   - cache: keys and values of the tokens before these, which those of these join; `nil` for none. With a cache that is not
  ///     empty one token comes at a time.
  ///
  /// Traps if text and cache together are longer than there are positions.
  func callAsFunction(_ ids: Tensor<Int32>, mask: Tensor<Bool>? = nil, cache: inout KeyValueCache?)
    -> Variable
  {
    let start = cache?.length ?? 0
    let end = start + ids.shape[1]
    require(
      end <= configuration.positions,
      "GPT2: a text of \(end) tokens is too long for \(configuration.positions) positions. Truncate it when it is encoded"
    )
    require(
      start == 0 || ids.shape[1] == 1, "GPT2: \(ids.shape[1]) tokens at once behind a cache of \(start)")
    var hidden = dropout(
      tokenEmbeddings(ids) + positionEmbeddings.weight.variable.slice(start..<end))
    for (index, layer) in layers.enumerated() {
      var part = cache?.layers[index]
      cache?.layers[index] = KeyValueCache.Layer()
      hidden = layer(hidden, mask: mask, cache: &part)
      if let part { cache?.layers[index] = part }
    }
    return hidden
  }

  /// The normalised output, `[n, length, width]`, for a whole text without a cache.
  public func callAsFunction(_ batch: TokenBatch) -> Variable {
    var none: KeyValueCache?
    return norm(self(batch.ids, mask: batch.mask, cache: &none))
  }
}

extension GPT2 {
  /// Embeddings and each layer, for a model that holds this one as `transformer`. The last norm goes with the head.
  var stages: [Stage] {
    [Stage("embeddings", .path("transformer.wte") || .path("transformer.wpe"))]
      + layers.indices.map { Stage("layer\($0)", .path("transformer.h.\($0)")) }
  }
}
