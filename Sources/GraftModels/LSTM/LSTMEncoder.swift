import GraftAutograd
import GraftNN
import GraftTensor

/// Words to vectors that know what came before them: an embedding and layers of LSTM, regularised as in AWD-LSTM.
///
/// Has the names of fastai's `AWD_LSTM` after ``KeyMapping/awdLSTM``: `encoder`, `rnns.N`.
public final class LSTMEncoder: Module {
  /// A vector for each token, `[vocabulary, embedding width]`; `encoder` in checkpoints.
  public let embedding: Embedding
  /// The layers; `rnns` in checkpoints.
  public let layers: [LSTM]
  /// The sizes.
  public let configuration: LSTMConfiguration

  public static var checkpointNames: [String: String] { ["embedding": "encoder", "layers": "rnns"] }

  /// What each layer remembers, from one piece of a long text to the next.
  public struct State {
    var layers: [LSTM.State]

    /// The same numbers as constants, without a gradient back to the piece before.
    public func detached() -> State { State(layers: layers.map { $0.detached() }) }
  }

  /// Fresh layers: embeddings uniform in ±0.1, LSTMs in ±1/√width.
  public init(_ configuration: LSTMConfiguration, using generator: inout RandomGenerator) {
    self.configuration = configuration
    embedding = Embedding(
      weight: .uniform(
        [configuration.vocabularySize, configuration.embeddingWidth], in: -0.1..<0.1, using: &generator),
      paddingIndex: configuration.paddingToken)
    layers = (0..<configuration.layers).map { index in
      let isLast = index == configuration.layers - 1
      return LSTM(
        index == 0 ? configuration.embeddingWidth : configuration.hiddenWidth,
        isLast ? configuration.embeddingWidth : configuration.hiddenWidth,
        weightDropout: configuration.weightDropout, using: &generator)
    }
  }

  /// Reads texts.
  ///
  /// - Parameters:
  ///   - ids: the tokens, `[n, length]`.
  ///   - lengths: how long each text is; `nil` if none is padded.
  ///   - state: what the layers remember of what came before; `nil` for nothing.
  /// - Returns: the last layer's states, `[n, length, embedding width]`, and what the layers remember.
  public func callAsFunction(
    _ ids: Tensor<Int32>, lengths: [Int]? = nil, state: State? = nil
  ) -> (states: Variable, last: State) {
    var sequence = embedded(ids).droppedAlike(configuration.inputDropout)
    var last: [LSTM.State] = []
    for (index, layer) in layers.enumerated() {
      if index > 0 { sequence = sequence.droppedAlike(configuration.hiddenDropout) }
      let result = layer(sequence, lengths: lengths, state: state?.layers[index])
      last.append(result.last)
      sequence = result.states
    }
    return (sequence.droppedAlike(configuration.outputDropout), State(layers: last))
  }

  /// The embeddings, with whole words dropped while training.
  private func embedded(_ ids: Tensor<Int32>) -> Variable {
    let vectors = embedding(ids)
    guard Mode.current == .training, configuration.embeddingDropout > 0 else { return vectors }
    let words = Variable(Tensor.ones([configuration.vocabularySize, 1]))
      .dropped(probability: configuration.embeddingDropout, using: &Randomness.current.generator)
    return vectors * words.gather(rows: ids)
  }
}

extension Variable {
  /// Dropout while training of the same elements at all places of a text, `[n, length, width]` (Gal, Ghahramani: *A Theoretically
  /// Grounded Application of Dropout in Recurrent Neural Networks*, 2016).
  func droppedAlike(_ probability: Float) -> Variable {
    guard Mode.current == .training, probability > 0 else { return self }
    let mask = Variable(Tensor.ones([shape[0], 1, shape[2]]))
      .dropped(probability: probability, using: &Randomness.current.generator)
    return self * mask
  }
}

extension LSTMEncoder {
  /// The embedding and each layer, for a model whose paths to this one begin with `prefix`.
  func stages(prefix: String) -> [Stage] {
    [Stage("embedding", .path(prefix + "encoder"))]
      + layers.indices.map { Stage("layer\($0)", .path("\(prefix)rnns.\($0)")) }
  }
}

extension KeyMapping {
  /// fastai's AWD-LSTM files in the spelling of ``LSTMLanguageModel``: the encoder's names lose the `0.` of the sequence that it is the
  /// first part of, the weights that are dropped from lose `_raw` and what holds them `module`.
  public static let awdLSTM: KeyMapping = [
    .dropping("0.encoder_dp.**"), .dropping("0.rnns.*.module.weight_hh_l0"),
    .strippingPrefix("0."), .addingPrefix("encoder.", to: "encoder"), .addingPrefix("encoder.", to: "rnns"),
    .renaming("module.weight_ih_l0", to: "weight_ih_l0"), .renaming("module.bias_ih_l0", to: "bias_ih_l0"),
    .renaming("module.bias_hh_l0", to: "bias_hh_l0"), .renaming("weight_hh_l0_raw", to: "weight_hh_l0"),
    .strippingPrefix("1."),
  ]
}
