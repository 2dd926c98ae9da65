import Graft

extension Subject {
  /// A model in a folder of the transformers package.
  init(text family: String, head: String, _ request: Request) throws {
    let folder = try request.pretrainedFolder()
    switch (family, head) {
    case ("bert", "classifier"): self.init(try BERTClassifier.pretrained(folder))
    case ("bert", "tokens"): self.init(try BERTTokenClassifier.pretrained(folder))
    case ("bert", "masked"): self.init(try BERTMaskedLanguageModel.pretrained(folder))
    case ("bert", "sentences"): self.init(try SentenceEncoder.pretrained(folder))
    case ("gpt2", "language"): self.init(try GPT2LanguageModel.pretrained(folder))
    case ("gpt2", "classifier"): self.init(try GPT2Classifier.pretrained(folder))
    default: throw Refusal("there is no model \(family) \(head)")
    }
  }

  /// PyTorch's LSTM.
  init(lstm request: Request) throws {
    let sizes = try request.recurrentSizes()
    var generator = RandomGenerator(seed: 0)
    let layer = LSTM(
      sizes.inputs, sizes.width, layers: sizes.layers, isBidirectional: sizes.isBidirectional,
      using: &generator)
    try self.init(layer, from: request) { layer($0.values($1), lengths: $0.lengths($1)).states }
  }

  /// PyTorch's GRU.
  init(gru request: Request) throws {
    let sizes = try request.recurrentSizes()
    var generator = RandomGenerator(seed: 0)
    let layer = GRU(
      sizes.inputs, sizes.width, layers: sizes.layers, isBidirectional: sizes.isBidirectional,
      using: &generator)
    try self.init(layer, from: request) { layer($0.values($1), lengths: $0.lengths($1)).states }
  }
}

extension Request {
  fileprivate func recurrentSizes() throws -> Sizes {
    guard let sizes else { throw Refusal("\(model) needs sizes") }
    return sizes
  }
}
