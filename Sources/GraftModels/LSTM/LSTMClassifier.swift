import GraftAutograd
import GraftData
import GraftNN
import GraftTensor

/// An LSTM that judges whole texts: ULMFiT's classifier.
///
/// The head reads the last state, the maximum and the mean of all states side by side, so that a word anywhere in a long text can tell (Howard,
/// Ruder: *Universal Language Model Fine-tuning for Text Classification*, ACL 2018). The encoder is that of ``LSTMLanguageModel``:
///
/// ```swift
/// try classifier.load(languageModel.checkpoint(), mapping: .dropping("decoder"), allowing: .missing("classifier"))
/// ```
public final class LSTMClassifier: TextModel {
  /// The model without its head.
  public let encoder: LSTMEncoder
  /// The head: two linear layers with batch norm and dropout unless it was replaced.
  public var classifier: any Layer

  /// A model with fresh weights.
  ///
  /// - Parameters:
  ///   - configuration: the sizes.
  ///   - classes: the length of the output, `[n, classes]`.
  ///   - seed: what the weights are drawn from; equal seeds give equal weights.
  public init(_ configuration: LSTMConfiguration, classes: Int, seed: UInt64 = 0) {
    var generator = RandomGenerator(seed: seed)
    encoder = LSTMEncoder(configuration, using: &generator)
    classifier = Identity()
    classifier = makeHead(classes: classes, using: &generator)
  }

  /// Last state, maximum and mean over the tokens of each text, `[n, 3 · embedding width]`.
  public func features(_ batch: TokenBatch) -> Variable {
    let (states, last) = encoder(batch.ids, lengths: batch.lengths)
    let final = last.layers[last.layers.count - 1].hidden.squeezed(at: 0)
    let hidden = (.!batch.mask).expandingAxis(at: 2).broadcast(to: states.shape)
    let greatest = states.replacing(with: -.infinity, where: hidden).max(along: [1])
    return Variable.concatenated([final, greatest, states.mean(where: batch.mask)], along: 1)
  }

  public var head: any Layer {
    get { classifier }
    set { classifier = newValue }
  }

  public var featureCount: Int { 3 * encoder.configuration.embeddingWidth }

  /// Batch norm, dropout, 50 features, ReLU, batch norm, dropout, classes.
  public func makeHead(classes: Int, using generator: inout RandomGenerator) -> any Layer {
    Sequential([
      BatchNorm1D(featureCount), Dropout(0.2), Linear(featureCount, 50, using: &generator), ReLU(),
      BatchNorm1D(50), Dropout(0.1), Linear(50, classes, using: &generator),
    ])
  }

  /// Embedding, each layer, head.
  public var stages: [Stage] { encoder.stages(prefix: "encoder.") + [Stage("head", .head)] }
}
