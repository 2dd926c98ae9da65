import GraftNN

/// The contents of a `config.json`, as the transformers package writes it: of model type `bert`, or of `distilbert`, whose names differ.
extension BERTConfiguration: Codable {
  private enum BERTKey: String, CodingKey {
    case vocabularySize = "vocab_size"
    case width = "hidden_size"
    case layers = "num_hidden_layers"
    case heads = "num_attention_heads"
    case innerWidth = "intermediate_size"
    case positions = "max_position_embeddings"
    case tokenTypes = "type_vocab_size"
    case dropout = "hidden_dropout_prob"
    case attentionDropout = "attention_probs_dropout_prob"
    case headDropout = "classifier_dropout"
    case epsilon = "layer_norm_eps"
    case activation = "hidden_act"
    case positionKind = "position_embedding_type"
  }

  private enum DistilBERTKey: String, CodingKey {
    case vocabularySize = "vocab_size"
    case width = "dim"
    case layers = "n_layers"
    case heads = "n_heads"
    case innerWidth = "hidden_dim"
    case positions = "max_position_embeddings"
    case dropout
    case attentionDropout = "attention_dropout"
    case headDropout = "seq_classif_dropout"
    case activation
  }

  private enum SharedKey: String, CodingKey {
    case modelType = "model_type"
    case paddingToken = "pad_token_id"
    case labels = "id2label"
    case labelNumbers = "label2id"
  }

  /// Reads the sizes; what a file leaves out has the value that the transformers package gives it.
  ///
  /// Throws `DecodingError` if the file is of another kind of model, or if its sizes make no sense.
  public init(from decoder: any Decoder) throws {
    let shared = try decoder.container(keyedBy: SharedKey.self)
    let modelType = try shared.decodeIfPresent(String.self, forKey: .modelType) ?? Family.bert.rawValue
    switch Family(rawValue: modelType) {
    case .bert: try self.init(bert: decoder.container(keyedBy: BERTKey.self))
    case .distilBERT: try self.init(distilBERT: decoder.container(keyedBy: DistilBERTKey.self))
    case nil:
      throw DecodingError.dataCorruptedError(
        forKey: .modelType, in: shared,
        debugDescription:
          "The model is of type \(modelType). Types that a BERT is made from: bert, distilbert.")
    }
    paddingToken = try shared.decodeIfPresent(Int.self, forKey: .paddingToken) ?? 0
    labels = try shared.decodeIfPresent(LabelList.self, forKey: .labels)?.names ?? []
    if let problem {
      throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: problem))
    }
  }

  private init(bert values: KeyedDecodingContainer<BERTKey>) throws {
    self = .base
    try values.update(&vocabularySize, .vocabularySize)
    try values.update(&width, .width)
    try values.update(&layers, .layers)
    try values.update(&heads, .heads)
    try values.update(&innerWidth, .innerWidth)
    try values.update(&positions, .positions)
    try values.update(&tokenTypes, .tokenTypes)
    try values.update(&dropout, .dropout)
    try values.update(&attentionDropout, .attentionDropout)
    headDropout = dropout
    try values.update(&headDropout, .headDropout)
    try values.update(&epsilon, .epsilon)
    try values.update(&activation, .activation)
    let kind = try values.decodeIfPresent(String.self, forKey: .positionKind) ?? "absolute"
    guard kind == "absolute" else {
      throw DecodingError.dataCorruptedError(
        forKey: .positionKind, in: values,
        debugDescription: "Positions of kind \(kind) are not supported, only absolute ones.")
    }
  }

  private init(distilBERT values: KeyedDecodingContainer<DistilBERTKey>) throws {
    self = .distilBERT
    try values.update(&vocabularySize, .vocabularySize)
    try values.update(&width, .width)
    try values.update(&layers, .layers)
    try values.update(&heads, .heads)
    try values.update(&innerWidth, .innerWidth)
    try values.update(&positions, .positions)
    try values.update(&dropout, .dropout)
    try values.update(&attentionDropout, .attentionDropout)
    try values.update(&headDropout, .headDropout)
    try values.update(&activation, .activation)
  }

  /// Writes a `config.json` that the transformers package reads.
  public func encode(to encoder: any Encoder) throws {
    switch family {
    case .bert: try encodeBERT(into: encoder.container(keyedBy: BERTKey.self))
    case .distilBERT: try encodeDistilBERT(into: encoder.container(keyedBy: DistilBERTKey.self))
    }
    var shared = encoder.container(keyedBy: SharedKey.self)
    try shared.encode(family.rawValue, forKey: .modelType)
    try shared.encode(paddingToken, forKey: .paddingToken)
    if !labels.isEmpty {
      let list = LabelList(labels)
      try shared.encode(list, forKey: .labels)
      try shared.encode(list.numbers, forKey: .labelNumbers)
    }
  }

  private func encodeBERT(into container: KeyedEncodingContainer<BERTKey>) throws {
    var values = container
    try values.encode(vocabularySize, forKey: .vocabularySize)
    try values.encode(width, forKey: .width)
    try values.encode(layers, forKey: .layers)
    try values.encode(heads, forKey: .heads)
    try values.encode(innerWidth, forKey: .innerWidth)
    try values.encode(positions, forKey: .positions)
    try values.encode(tokenTypes, forKey: .tokenTypes)
    try values.encode(dropout, forKey: .dropout)
    try values.encode(attentionDropout, forKey: .attentionDropout)
    try values.encode(headDropout, forKey: .headDropout)
    try values.encode(epsilon, forKey: .epsilon)
    try values.encode(activation, forKey: .activation)
  }

  private func encodeDistilBERT(into container: KeyedEncodingContainer<DistilBERTKey>) throws {
    var values = container
    try values.encode(vocabularySize, forKey: .vocabularySize)
    try values.encode(width, forKey: .width)
    try values.encode(layers, forKey: .layers)
    try values.encode(heads, forKey: .heads)
    try values.encode(innerWidth, forKey: .innerWidth)
    try values.encode(positions, forKey: .positions)
    try values.encode(dropout, forKey: .dropout)
    try values.encode(attentionDropout, forKey: .attentionDropout)
    try values.encode(headDropout, forKey: .headDropout)
    try values.encode(activation, forKey: .activation)
  }
}

extension BERTConfiguration.Activation: Codable {}
