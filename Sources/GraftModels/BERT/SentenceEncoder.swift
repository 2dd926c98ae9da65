import GraftAutograd
import GraftData
import GraftNN
import GraftTensor

/// A BERT that turns a text into one vector of length 1, so that texts of like meaning have a large product.
///
///     v = m / ‖m‖, m the mean of the last layer over all tokens that are not padding
///
/// (Reimers, Gurevych: *Sentence-BERT: Sentence Embeddings using Siamese BERT-Networks*, EMNLP 2019.) Has the keys of transformers'
/// `BertModel`, which the files of the MiniLM family have.
///
/// ```swift
/// let vectors = encoder(tokenizer.batch(texts)).value
/// let similarity = vectors.matmul(vectors.transposed())
/// ```
public final class SentenceEncoder: TextModel {
  /// The model whose tokens are averaged.
  public let bert: BERT
  /// What becomes of the vectors: nothing, unless a head was put here.
  public var head: any Layer
  /// Whether vectors are divided by their length; `false` is better for a head that is to be trained.
  public let normalizes: Bool

  /// Its members are those of the model within, as in the files: there is no prefix.
  public var members: [Member] { bert.members + [Member("head", .module(head))] }

  /// A model with fresh weights.
  ///
  /// - Parameters:
  ///   - configuration: the sizes.
  ///   - normalizing: whether vectors are divided by their length. Default: yes.
  ///   - seed: what the weights are drawn from; equal seeds give equal weights.
  public init(_ configuration: BERTConfiguration, normalizing: Bool = true, seed: UInt64 = 0) {
    var generator = RandomGenerator(seed: seed)
    normalizes = normalizing
    // The vectors do not come from a pooler. BERT's files have one all the same, DistilBERT's do not.
    bert = BERT(configuration, pooler: configuration.family == .bert, using: &generator)
    head = Identity()
  }

  /// The vectors, `[n, width]`, of length 1 if the model normalises. A text without any token has the vector 0.
  public func features(_ batch: TokenBatch) -> Variable {
    let mean = bert(batch).mean(where: batch.mask)
    return normalizes ? mean.normalized() : mean
  }

  public var featureCount: Int { bert.configuration.width }

  /// Embeddings, each layer, pooler (which the vectors do not come from), head.
  public var stages: [Stage] { bert.stages(prefix: "") + [Stage("head", .head)] }
}

extension Variable {
  /// The mean over the tokens that the mask shows: `[n, width]` from `[n, length, width]`; 0 where it shows none.
  public func mean(where mask: Tensor<Bool>) -> Variable {
    require(
      shape.rank == 3 && mask.shape == [shape[0], shape[1]],
      "mean(where:): a mask of shape \(mask.shape) does not fit \(shape); it has to be [n, length]")
    let weights = Tensor<Float>(mask)
    let counts = Tensor.maximum(weights.sum(along: [1], keepingAxes: true), Tensor(1))
    // [n, 1, length] · [n, length, width]
    return Variable((weights / counts).expandingAxis(at: 1)).matmul(self).squeezed(at: 1)
  }

  /// Each vector along the last axis divided by its length, as PyTorch's `normalize`: by 10⁻¹² where it is shorter.
  public func normalized() -> Variable {
    let lengths = square().sum(along: [-1], keepingAxes: true).sqrt()
    return self / Variable.maximum(lengths, Variable(Tensor(1e-12)))
  }
}
