import GraftAutograd
import GraftData
import GraftNN
import GraftTensor

/// A GPT-2 that judges whole texts by what their last token has come to know.
///
/// Has the keys of transformers' `GPT2ForSequenceClassification`, `transformer.…` and `score`, after ``KeyMapping/gpt2``.
public final class GPT2Classifier: TextModel {
  /// The model without its head.
  public let transformer: GPT2
  /// The head: `Linear(width, classes)` without bias unless it was replaced.
  public var score: any Layer
  /// What the classes are called, for `config.json`; at first as the configuration says. Names that are not as many as the head has classes are
  /// replaced by numbered ones when the model is saved.
  public var labels: [String]

  /// A model with fresh weights.
  ///
  /// - Parameters:
  ///   - configuration: the sizes.
  ///   - classes: the length of the output, `[n, classes]`.
  ///   - seed: what the weights are drawn from; equal seeds give equal weights.
  public init(_ configuration: GPT2Configuration, classes: Int, seed: UInt64 = 0) {
    var generator = RandomGenerator(seed: seed)
    labels = configuration.labels
    transformer = GPT2(configuration, using: &generator)
    score = Linear(transformer: configuration.width, classes, bias: false, using: &generator)
  }

  /// The normalised vector of each text's last token that is not padding, `[n, width]`.
  public func features(_ batch: TokenBatch) -> Variable {
    let hidden = transformer(batch)
    let (count, length) = (batch.ids.shape[0], batch.ids.shape[1])
    let last = batch.lengths.enumerated().map { Int32($0 * length + max($1 - 1, 0)) }
    return hidden.reshaped(to: [count * length, hidden.shape[2]]).gather(rows: Tensor(last))
  }

  public var head: any Layer {
    get { score }
    set { score = newValue }
  }

  public var featureCount: Int { transformer.configuration.width }

  public func makeHead(classes: Int, using generator: inout RandomGenerator) -> any Layer {
    Linear(transformer: featureCount, classes, bias: false, using: &generator)
  }

  /// Embeddings, each layer, the last norm, head.
  public var stages: [Stage] {
    transformer.stages + [Stage("norm", .path("transformer.ln_f")), Stage("head", .head)]
  }
}
