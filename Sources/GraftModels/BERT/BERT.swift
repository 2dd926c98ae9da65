import GraftAutograd
import GraftData
import GraftNN
import GraftTensor

/// A BERT without a head: tokens to a vector for each of them that knows its context.
///
/// Devlin, Chang, Lee, Toutanova: *BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding*,
/// NAACL 2019. ``BERTClassifier``, ``BERTTokenClassifier``, ``BERTMaskedLanguageModel`` and ``SentenceEncoder`` put heads on it.
public final class BERT: Module {
  /// Tokens, places and kinds to vectors.
  public let embeddings: BERTEmbeddings
  /// The layers, one after the other.
  public let encoder: BERTEncoder
  /// Sums a text up in one vector from its first token; `nil` in models that do without.
  public let pooler: BERTPooler?

  /// The sizes.
  public let configuration: BERTConfiguration

  /// A model with fresh weights: normal with standard deviation 0.02, biases 0.
  ///
  /// - Parameters:
  ///   - configuration: the sizes: `.base`, `.miniLM`, or what a `config.json` holds.
  ///   - pooler: whether there is a pooler.
  ///   - generator: where the initial weights come from.
  public init(
    _ configuration: BERTConfiguration, pooler: Bool = true, using generator: inout RandomGenerator
  ) {
    self.configuration = configuration
    embeddings = BERTEmbeddings(configuration, using: &generator)
    encoder = BERTEncoder(configuration, using: &generator)
    self.pooler = pooler ? BERTPooler(configuration, using: &generator) : nil
  }

  /// The last layer's output, `[n, length, width]`. What stands at places that the mask hides has no meaning.
  ///
  /// Traps if the texts are longer than there are positions.
  public func callAsFunction(_ batch: TokenBatch) -> Variable {
    encoder(embeddings(batch), mask: batch.mask)
  }
}

/// The layers of a ``BERT``.
public final class BERTEncoder: Module {
  /// The layers, in the order of their application.
  public let layer: [BERTLayer]

  init(_ configuration: BERTConfiguration, using generator: inout RandomGenerator) {
    layer = (0..<configuration.layers).map { _ in BERTLayer(configuration, using: &generator) }
  }

  func callAsFunction(_ input: Variable, mask: Tensor<Bool>?) -> Variable {
    layer.reduce(input) { $1($0, mask: mask) }
  }
}

/// `tanh(W · first token + b)`: one vector for a text. In DistilBERT the function is ReLU.
public final class BERTPooler: Module {
  /// W and b.
  public let dense: Linear
  private let family: BERTConfiguration.Family

  init(_ configuration: BERTConfiguration, using generator: inout RandomGenerator) {
    dense = Linear(transformer: configuration.width, configuration.width, using: &generator)
    family = configuration.family
  }

  /// `[n, width]` from `[n, length, width]`.
  func callAsFunction(_ hidden: Variable) -> Variable {
    let projected = dense(hidden.select(0, along: 1))
    switch family {
    case .bert: return projected.tanh()
    case .distilBERT: return projected.relu()
    }
  }
}

extension BERT {
  /// Embeddings, each layer, and the pooler if there is one, for a model whose paths to this one begin with `prefix`.
  func stages(prefix: String) -> [Stage] {
    [Stage("embeddings", .path(prefix + "embeddings"))]
      + encoder.layer.indices.map { Stage("layer\($0)", .path("\(prefix)encoder.layer.\($0)")) }
      + (pooler == nil ? [] : [Stage("pooler", .path(prefix + "pooler"))])
  }
}
