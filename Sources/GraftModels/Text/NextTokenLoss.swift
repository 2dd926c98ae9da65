import GraftAutograd
import GraftData
import GraftNN
import GraftTensor

/// What a language model is trained on: the mean cross entropy of each token, given those before it.
///
/// The scores at place i are held against the token at place i + 1; padding counts nothing, nor does what follows the last token. 2.718…
/// to the power of the loss is the perplexity.
///
/// - Parameters:
///   - scores: `[n, length, vocabulary]`, from ``GPT2LanguageModel`` for example.
///   - batch: the tokens that were read.
///
/// Traps if the shapes do not fit.
public func nextTokenLoss(_ scores: Variable, _ batch: TokenBatch) -> Variable {
  let shape = batch.ids.shape
  require(
    scores.shape.rank == 3 && scores.shape[0] == shape[0] && scores.shape[1] == shape[1],
    "nextTokenLoss: scores of shape \(scores.shape) do not fit tokens of shape \(shape)")
  // A copy of the labels is small beside one of the scores: so each place keeps its scores, and the last one has no label.
  let (ids, mask) = (batch.ids.scalars, batch.mask.scalars)
  let labels = ids.indices.map { place in
    let isLast = place % shape[1] == shape[1] - 1
    return isLast || !mask[place + 1] ? noToken : ids[place + 1]
  }
  return softmaxCrossEntropy(scores, Tensor(shape: shape, scalars: labels), ignoring: noToken)
}

/// A label that no token has.
private let noToken: Int32 = -100
