import GraftAutograd
import GraftData
import GraftNN
import GraftTensor

/// A GPT-2 that guesses the next token: what it is pretrained as, and what writes text.
///
/// Has the keys of transformers' `GPT2LMHeadModel`, `transformer.…`, after ``KeyMapping/gpt2``. The output matrix is the table of token
/// embeddings.
///
/// ```swift
/// let model = GPT2LanguageModel(.small)
/// try model.load(Checkpoint(contentsOf: url), mapping: .gpt2)
/// let story = model.generate(from: tokenizer.encode("It was a").ids, count: 100, .sampling(temperature: 0.8, topK: 40))
/// ```
public final class GPT2LanguageModel: TextModel {
  /// The model without its head.
  public let transformer: GPT2
  /// The head; `lm_head` in checkpoints.
  public var languageHead: any Layer

  public static var checkpointNames: [String: String] { ["languageHead": "lm_head"] }

  /// A model with fresh weights, from `seed` alone.
  public init(_ configuration: GPT2Configuration, seed: UInt64 = 0) {
    var generator = RandomGenerator(seed: seed)
    transformer = GPT2(configuration, using: &generator)
    languageHead = TiedOutput(transformer.norm, transformer.tokenEmbeddings.weight)
  }

  /// The last layer's vector for each token, `[n, length, width]`, before the last norm, which goes with the head.
  public func features(_ batch: TokenBatch) -> Variable {
    var none: KeyValueCache?
    return transformer(batch.ids, mask: batch.mask, cache: &none)
  }

  /// Gives a score to every token for every place: `[n, length, vocabulary]`; those at place i are for the token at i + 1.
  public var head: any Layer {
    get { languageHead }
    set { languageHead = newValue }
  }

  public var featureCount: Int { transformer.configuration.width }

  /// Embeddings (whose table is the output matrix too), each layer, head: the last norm.
  public var stages: [Stage] { transformer.stages + [Stage("head", .head)] }
}

/// Scores for all tokens: `E · norm(x)`, with E the table of token embeddings.
public final class TiedOutput: Layer {
  /// The transformer's last norm.
  public let norm: LayerNorm
  /// E, shared with the embeddings, `[vocabulary, width]`.
  public let weight: Parameter

  init(_ norm: LayerNorm, _ weight: Parameter) {
    self.norm = norm
    self.weight = weight
  }

  /// `[..., width]` to `[..., vocabulary]`.
  public func forward(_ input: Variable) -> Variable { norm(input).linear(weight: weight.variable) }
}
