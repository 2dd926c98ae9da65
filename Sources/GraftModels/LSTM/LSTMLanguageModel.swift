import GraftAutograd
import GraftData
import GraftNN
import GraftTensor

/// An LSTM that guesses the next token: what ULMFiT pretrains and adapts before it classifies.
///
///     scores = E · h + b, with E the table of embeddings
///
/// ```swift
/// let model = LSTMLanguageModel(LSTMConfiguration(vocabularySize: 65, embeddingWidth: 128, hiddenWidth: 256, layers: 2))
/// var state: LSTMEncoder.State?
/// for piece in pieces {                                   // of long texts side by side
///   let (loss, gradients) = valueAndGradients(using: &generator) {
///     let result = model(piece.ids, state: state)
///     state = result.last.detached()
///     return nextTokenLoss(result.scores, piece)
///   }
///   optimizer.update(with: gradients)
/// }
/// ```
public final class LSTMLanguageModel: TextModel {
  /// The model without its head.
  public let encoder: LSTMEncoder
  /// The head: ``LSTMDecoder`` unless it was replaced.
  public var decoder: any Layer

  /// A model with fresh weights, from `seed` alone.
  public init(_ configuration: LSTMConfiguration, seed: UInt64 = 0) {
    var generator = RandomGenerator(seed: seed)
    encoder = LSTMEncoder(configuration, using: &generator)
    decoder = LSTMDecoder(encoder.embedding.weight)
  }

  /// The last layer's states, `[n, length, embedding width]`.
  public func features(_ batch: TokenBatch) -> Variable {
    encoder(batch.ids, lengths: batch.lengths).states
  }

  /// Scores for the token after each place, `[n, length, vocabulary]`, going on from what `state` remembers.
  public func callAsFunction(
    _ ids: Tensor<Int32>, state: LSTMEncoder.State?
  ) -> (scores: Variable, last: LSTMEncoder.State) {
    let result = encoder(ids, state: state)
    return (head(result.states), result.last)
  }

  /// Gives a score to every token for every place.
  public var head: any Layer {
    get { decoder }
    set { decoder = newValue }
  }

  public var featureCount: Int { encoder.configuration.embeddingWidth }

  /// Embedding (whose table is the output matrix too), each layer, head.
  public var stages: [Stage] { encoder.stages(prefix: "encoder.") + [Stage("head", .head)] }
}

/// Scores for all tokens, `E · h + b`.
public final class LSTMDecoder: Layer {
  /// E, shared with the embedding, `[vocabulary, width]`.
  public let weight: Parameter
  /// b, `[vocabulary]`, initially 0.
  public let bias: Parameter

  init(_ weight: Parameter) {
    self.weight = weight
    bias = Parameter(.zeros([weight.shape[0]]))
  }

  /// `[..., width]` to `[..., vocabulary]`.
  public func forward(_ input: Variable) -> Variable {
    input.linear(weight: weight.variable, bias: bias.variable)
  }
}

extension LSTMLanguageModel: LanguageModel {
  public func makeMemory() -> LSTMEncoder.State? { nil }

  public func nextScores(after tokens: [Int32], memory: inout LSTMEncoder.State?) -> Tensor<Float> {
    require(!tokens.isEmpty, "LSTMLanguageModel: there are no tokens to read")
    let result = encoder(Tensor(shape: [1, tokens.count], scalars: tokens), state: memory)
    memory = result.last
    return head(result.states.select(tokens.count - 1, along: 1)).value.squeezed(at: 0)
  }
}
