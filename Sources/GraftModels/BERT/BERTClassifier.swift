import GraftAutograd
import GraftData
import GraftNN
import GraftTensor

/// A BERT that judges whole texts: sentiment, topic, whether one sentence follows from another.
///
/// Has the keys of transformers' `BertForSequenceClassification`: `bert.…`, `classifier`; those of `DistilBertForSequenceClassification`
/// become the same by ``KeyMapping/distilBERT``.
///
/// ```swift
/// let model = BERTClassifier(.miniLM, classes: 2)
/// try model.load(Checkpoint(contentsOf: url), mapping: .bert, allowing: .missing("classifier"))
/// let logits = model(tokenizer.batch(["A joy to watch.", "Dull."]))
/// ```
public final class BERTClassifier: TextModel {
  /// The model without its head.
  public let bert: BERT
  private let dropout: Dropout
  /// The head: `Linear(width, classes)` unless it was replaced.
  public var classifier: any Layer
  /// What the classes are called, for `config.json`; at first as the configuration says. Names that are not as many as the head has classes are
  /// replaced by numbered ones when the model is saved.
  public var labels: [String]

  /// A model with fresh weights.
  ///
  /// - Parameters:
  ///   - configuration: the sizes.
  ///   - classes: the length of the output, `[n, classes]`.
  ///   - seed: what the weights are drawn from; equal seeds give equal weights.
  public init(_ configuration: BERTConfiguration, classes: Int, seed: UInt64 = 0) {
    var generator = RandomGenerator(seed: seed)
    labels = configuration.labels
    bert = BERT(configuration, using: &generator)
    dropout = Dropout(configuration.headDropout)
    classifier = Linear(transformer: configuration.width, classes, using: &generator)
  }

  /// What the pooler makes of the first token, `[n, width]`; while training, after dropout.
  public func features(_ batch: TokenBatch) -> Variable {
    let hidden = bert(batch)
    return dropout(bert.pooler?(hidden) ?? hidden.select(0, along: 1))
  }

  public var head: any Layer {
    get { classifier }
    set { classifier = newValue }
  }

  public var featureCount: Int { bert.configuration.width }

  public func makeHead(classes: Int, using generator: inout RandomGenerator) -> any Layer {
    Linear(transformer: featureCount, classes, using: &generator)
  }

  /// Embeddings, each layer, pooler, head.
  public var stages: [Stage] { bert.stages(prefix: "bert.") + [Stage("head", .head)] }
}
