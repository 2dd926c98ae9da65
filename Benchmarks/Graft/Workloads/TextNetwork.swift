import Graft

/// A transformer on texts of 128 tokens: BERT judging them, or GPT-2 guessing their next tokens.
struct TextNetwork: Workload {
  enum Model: String {
    /// 6 layers, 384 wide, 12 heads, 2 classes.
    case miniLM = "minilm"
    /// 12 layers, 768 wide, 2 classes.
    case bertBase = "bertbase"
    /// 12 layers, 768 wide, scores for 50,257 tokens at each place.
    case gpt2
  }

  enum Use: String {
    /// A forward pass.
    case inference = "infer"
    /// Forward, backward, AdamW; dropout 0.1.
    case full
  }

  let model: Model
  let use: Use
  let batch: Int
  private let length = 128
  private let classes = 2

  init(_ model: Model, _ use: Use, batch: Int) {
    (self.model, self.use, self.batch) = (model, use, batch)
  }

  var name: String { "\(model.rawValue)_\(use.rawValue)_b\(batch)_s\(length)" }

  func prepare() -> Prepared {
    switch model {
    case .miniLM: return prepare(BERTClassifier(.miniLM, classes: classes))
    case .bertBase: return prepare(BERTClassifier(.base, classes: classes))
    case .gpt2:
      let model = GPT2LanguageModel(.small)
      let batch = texts(vocabulary: GPT2Configuration.small.vocabularySize)
      return prepare(model, batch) { nextTokenLoss($0, batch) }
    }
  }

  private func prepare(_ model: BERTClassifier) -> Prepared {
    let labels = cyclingLabels(batch, classes: classes)
    return prepare(model, texts(vocabulary: model.bert.configuration.vocabularySize)) {
      softmaxCrossEntropy($0, labels)
    }
  }

  private func prepare(
    _ model: some TextModel, _ texts: TokenBatch, loss: @escaping (Variable) -> Variable
  ) -> Prepared {
    if use == .inference { return Prepared { _ = model(texts) } }
    var optimizer = AdamW(learningRate: 2e-5, weightDecay: 0.01)
    return Prepared {
      let (_, gradients) = valueAndGradients { loss(model(texts)) }
      optimizer.update(with: gradients)
    }
  }

  /// Tokens at random, none of them padding.
  private func texts(vocabulary: Int) -> TokenBatch {
    var generator = RandomGenerator(seed: 1)
    let ids = (0..<batch * length).map { _ in Int32.random(in: 1..<Int32(vocabulary), using: &generator) }
    return TokenBatch(ids: Tensor(shape: [batch, length], scalars: ids))
  }

  /// The linear maps, with the products of attention, which are linear in what they weigh.
  var arithmetic: Double? {
    let tokens = batch * length
    let (width, layers) = model == .miniLM ? (384, 6) : (768, 12)
    var count = Arithmetic()
    for _ in 0..<layers {
      count.linear(tokens, width, 3 * width)
      count.linear(tokens, length, 2 * width)
      count.linear(tokens, width, width)
      count.linear(tokens, width, 4 * width)
      count.linear(tokens, 4 * width, width)
    }
    if model == .gpt2 {
      count.linear(tokens, width, GPT2Configuration.small.vocabularySize)
    } else {
      count.linear(batch, width, width)
      count.linear(batch, width, classes)
    }
    // The embeddings learn: the first map has a gradient for its input too.
    return use == .full ? 3 * count.forward : count.forward
  }
}
