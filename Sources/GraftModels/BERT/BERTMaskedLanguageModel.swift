import GraftAutograd
import GraftData
import GraftNN
import GraftTensor

/// A BERT that guesses hidden tokens: what it is pretrained with, and a way to adapt it to the language of a field before the task itself
/// (Gururangan et al.: *Don't Stop Pretraining*, ACL 2020).
///
/// Has the keys of transformers' `BertForMaskedLM`: `bert.…` without a pooler, `cls.predictions.…`. The output matrix is the table of
/// word embeddings.
public final class BERTMaskedLanguageModel: TextModel {
  /// The model without its head.
  public let bert: BERT
  /// Holds the head, under the name that checkpoints have for it.
  public let cls: Predictions

  /// Where checkpoints keep the head.
  public final class Predictions: Module {
    /// The head: ``BERTPredictionHead`` unless it was replaced.
    public var predictions: any Layer

    init(_ predictions: any Layer) { self.predictions = predictions }
  }

  /// A model with fresh weights, from `seed` alone.
  public init(_ configuration: BERTConfiguration, seed: UInt64 = 0) {
    var generator = RandomGenerator(seed: seed)
    bert = BERT(configuration, pooler: false, using: &generator)
    cls = Predictions(
      BERTPredictionHead(configuration, tiedTo: bert.embeddings.wordEmbeddings.weight, using: &generator))
  }

  /// The last layer's vector for each token, `[n, length, width]`.
  public func features(_ batch: TokenBatch) -> Variable { bert(batch) }

  /// Gives a score to every word for every place: `[n, length, vocabulary]`.
  public var head: any Layer {
    get { cls.predictions }
    set { cls.predictions = newValue }
  }

  public var featureCount: Int { bert.configuration.width }

  /// Embeddings, each layer, head.
  public var stages: [Stage] { bert.stages(prefix: "bert.") + [Stage("head", .head)] }
}

/// Scores for all words: `E · norm(gelu(W x + b)) + c`, with E the table of word embeddings.
public final class BERTPredictionHead: Layer {
  /// c, `[vocabulary]`.
  public let bias: Parameter
  /// W and b, and the norm.
  public let transform: Transform
  /// E, shared with the embeddings, `[vocabulary, width]`; `decoder.weight` in checkpoints.
  public let decoder: Decoder

  /// W and b with the norm after them.
  public final class Transform: Module {
    /// W and b.
    public let dense: Linear
    /// Normalises what the activation leaves.
    public let layerNorm: LayerNorm

    public static var checkpointNames: [String: String] { ["layerNorm": "LayerNorm"] }

    init(_ configuration: BERTConfiguration, using generator: inout RandomGenerator) {
      dense = Linear(transformer: configuration.width, configuration.width, using: &generator)
      layerNorm = LayerNorm(configuration.width, epsilon: configuration.epsilon)
    }
  }

  /// The output matrix and its bias under the names that checkpoints have for them.
  public final class Decoder: Module {
    /// E.
    public let weight: Parameter
    /// c.
    public let bias: Parameter

    init(_ weight: Parameter, _ bias: Parameter) {
      self.weight = weight
      self.bias = bias
    }
  }

  private let activation: Activation

  init(
    _ configuration: BERTConfiguration, tiedTo table: Parameter, using generator: inout RandomGenerator
  ) {
    bias = Parameter(.zeros([configuration.vocabularySize]))
    transform = Transform(configuration, using: &generator)
    decoder = Decoder(table, bias)
    activation = configuration.activation.function
  }

  /// `[..., width]` to `[..., vocabulary]`.
  public func forward(_ input: Variable) -> Variable {
    let hidden = transform.layerNorm(transform.dense.activated(input, by: activation))
    return hidden.linear(weight: decoder.weight.variable, bias: bias.variable)
  }
}
