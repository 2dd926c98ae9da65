import GraftNN
import GraftTensor

/// The sizes of an LSTM for text, and how much of it is dropped while training.
///
/// Merity, Keskar, Socher: *Regularizing and Optimizing LSTM Language Models*, 2017 (AWD-LSTM); Howard, Ruder: *Universal Language Model
/// Fine-tuning for Text Classification*, ACL 2018 (ULMFiT).
public struct LSTMConfiguration: Sendable, Hashable {
  /// Tokens that are known.
  public var vocabularySize: Int
  /// The length of the vector that stands for a token, and of the last layer's state.
  public var embeddingWidth: Int
  /// The elements of a state in the other layers.
  public var hiddenWidth: Int
  /// LSTM layers.
  public var layers: Int
  /// The token that fills short texts up; `nil` if none does.
  public var paddingToken: Int?

  /// The probability of a word to be dropped from the table of embeddings, everywhere in a batch.
  public var embeddingDropout: Float
  /// The probability of an element of the embeddings to be dropped, in all places of a text.
  public var inputDropout: Float
  /// The probability of a recurrent weight to be dropped.
  public var weightDropout: Float
  /// The probability of an element to be dropped between layers, in all places of a text.
  public var hiddenDropout: Float
  /// The probability of an element of the last layer to be dropped, in all places of a text.
  public var outputDropout: Float

  /// Sizes of your own; those that are left out are ULMFiT's, with fastai's probabilities for language models.
  ///
  /// Traps unless the sizes are positive and the probabilities below 1.
  public init(
    vocabularySize: Int, embeddingWidth: Int = 400, hiddenWidth: Int = 1152, layers: Int = 3,
    paddingToken: Int? = nil,
    embeddingDropout: Float = 0.02, inputDropout: Float = 0.25, weightDropout: Float = 0.2,
    hiddenDropout: Float = 0.15, outputDropout: Float = 0.1
  ) {
    require(
      vocabularySize > 0 && embeddingWidth > 0 && hiddenWidth > 0 && layers > 0,
      "LSTMConfiguration: \(vocabularySize) words, widths of \(embeddingWidth) and \(hiddenWidth), \(layers) layers"
    )
    let probabilities = [embeddingDropout, inputDropout, weightDropout, hiddenDropout, outputDropout]
    require(
      probabilities.allSatisfy { (0..<1).contains($0) },
      "LSTMConfiguration: \(probabilities) are not probabilities below 1")
    self.vocabularySize = vocabularySize
    self.embeddingWidth = embeddingWidth
    self.hiddenWidth = hiddenWidth
    self.layers = layers
    self.paddingToken = paddingToken
    self.embeddingDropout = embeddingDropout
    self.inputDropout = inputDropout
    self.weightDropout = weightDropout
    self.hiddenDropout = hiddenDropout
    self.outputDropout = outputDropout
  }

  /// The same without any dropout.
  public func withoutDropout() -> LSTMConfiguration {
    LSTMConfiguration(
      vocabularySize: vocabularySize, embeddingWidth: embeddingWidth, hiddenWidth: hiddenWidth,
      layers: layers,
      paddingToken: paddingToken, embeddingDropout: 0, inputDropout: 0, weightDropout: 0, hiddenDropout: 0,
      outputDropout: 0)
  }
}
