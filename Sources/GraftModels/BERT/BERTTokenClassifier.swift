import GraftAutograd
import GraftData
import GraftNN
import GraftTensor

/// A BERT that judges each token: names of persons and places, parts of speech.
///
/// Has the keys of transformers' `BertForTokenClassification`: `bert.…` without a pooler, `classifier`.
public final class BERTTokenClassifier: TextModel {
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
  ///   - classes: the length of the output's last axis, `[n, length, classes]`.
  ///   - seed: what the weights are drawn from; equal seeds give equal weights.
  public init(_ configuration: BERTConfiguration, classes: Int, seed: UInt64 = 0) {
    var generator = RandomGenerator(seed: seed)
    labels = configuration.labels
    bert = BERT(configuration, pooler: false, using: &generator)
    dropout = Dropout(configuration.headDropout)
    classifier = Linear(transformer: configuration.width, classes, using: &generator)
  }

  /// The last layer's vector for each token, `[n, length, width]`; while training, after dropout.
  public func features(_ batch: TokenBatch) -> Variable { dropout(bert(batch)) }

  public var head: any Layer {
    get { classifier }
    set { classifier = newValue }
  }

  public var featureCount: Int { bert.configuration.width }

  public func makeHead(classes: Int, using generator: inout RandomGenerator) -> any Layer {
    Linear(transformer: featureCount, classes, using: &generator)
  }

  /// Embeddings, each layer, head.
  public var stages: [Stage] { bert.stages(prefix: "bert.") + [Stage("head", .head)] }
}
