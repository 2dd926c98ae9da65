import GraftAutograd
import GraftData
import GraftNN
import GraftTensor

/// Turns tokens into vectors: `dropout(norm(word + position + type))`.
public final class BERTEmbeddings: Module {
  /// A vector for each token, `[vocabulary, width]`.
  public let wordEmbeddings: Embedding
  /// A vector for each place in a text, `[positions, width]`.
  public let positionEmbeddings: Embedding
  /// A vector for each kind of token, `[types, width]`; `nil` where a model has none.
  public let tokenTypeEmbeddings: Embedding?
  /// Normalises the sum.
  public let layerNorm: LayerNorm
  private let dropout: Dropout

  public static var checkpointNames: [String: String] { ["layerNorm": "LayerNorm"] }

  init(_ configuration: BERTConfiguration, using generator: inout RandomGenerator) {
    func table(_ count: Int, paddingIndex: Int? = nil) -> Embedding {
      Embedding(transformer: count, configuration.width, paddingIndex: paddingIndex, using: &generator)
    }
    wordEmbeddings = table(configuration.vocabularySize, paddingIndex: configuration.paddingToken)
    positionEmbeddings = table(configuration.positions)
    tokenTypeEmbeddings = configuration.family == .bert ? table(configuration.tokenTypes) : nil
    layerNorm = LayerNorm(configuration.width, epsilon: configuration.epsilon)
    dropout = Dropout(configuration.dropout)
  }

  /// Computes `[n, length, width]`. Traps if the texts are longer than there are positions.
  public func callAsFunction(_ batch: TokenBatch) -> Variable {
    let length = batch.ids.shape[1]
    let positions = positionEmbeddings.weight.shape[0]
    require(
      length <= positions,
      "BERT: texts of \(length) tokens are too long for \(positions) positions. Truncate them when they are encoded"
    )
    var sum = wordEmbeddings(batch.ids) + positionEmbeddings.weight.variable.slice(0..<length)
    if let tokenTypeEmbeddings { sum = sum + tokenTypeEmbeddings(batch.typeIDs) }
    return dropout(layerNorm(sum))
  }
}
