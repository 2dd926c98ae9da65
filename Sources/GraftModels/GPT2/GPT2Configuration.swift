import GraftNN

/// The sizes of a GPT-2, as its `config.json` states them.
///
/// Radford, Wu, Child, Luan, Amodei, Sutskever: *Language Models are Unsupervised Multitask Learners*, 2019.
public struct GPT2Configuration: Sendable, Hashable {
  /// Tokens that are known.
  public var vocabularySize: Int
  /// The longest text, in tokens.
  public var positions: Int
  /// The length of the vector that stands for a token.
  public var width: Int
  /// Transformer layers.
  public var layers: Int
  /// Attention heads in each of them; a divisor of the width.
  public var heads: Int
  /// The width inside the feed-forward blocks. Default: four times the width.
  public var innerWidth: Int
  /// The probability of an activation to be dropped while training, where it joins the residual.
  public var dropout: Float
  /// The probability of a sum of embeddings to be dropped while training.
  public var embeddingDropout: Float
  /// The probability of an attention weight to be dropped while training.
  public var attentionDropout: Float
  /// What layer norm adds to the variance.
  public var epsilon: Float
  /// The token that ends a text.
  public var endToken: Int
  /// The token that fills short texts up, which the transformers package needs to judge several at once; the model here goes by the mask.
  /// Default: `nil`, none.
  public var paddingToken: Int?
  /// What the classes of the head are called, in order; empty if the model has no classifier or its file does not say.
  public var labels: [String] = []

  /// Sizes of your own; those that are left out are those of the smallest published model.
  ///
  /// Traps unless the sizes are positive and `heads` divides `width`.
  public init(
    vocabularySize: Int = 50257, positions: Int = 1024, width: Int = 768, layers: Int = 12, heads: Int = 12,
    innerWidth: Int? = nil, dropout: Float = 0.1, embeddingDropout: Float = 0.1,
    attentionDropout: Float = 0.1,
    epsilon: Float = 1e-5, endToken: Int? = nil
  ) {
    self.vocabularySize = vocabularySize
    self.positions = positions
    self.width = width
    self.layers = layers
    self.heads = heads
    self.innerWidth = innerWidth ?? 4 * width
    self.dropout = dropout
    self.embeddingDropout = embeddingDropout
    self.attentionDropout = attentionDropout
    self.epsilon = epsilon
    self.endToken = endToken ?? vocabularySize - 1
    if let problem { fatalError("GPT2Configuration: \(problem)") }
  }

  /// 12 layers, 768 wide: 124 million parameters.
  public static let small = GPT2Configuration()
  /// 24 layers, 1024 wide: 355 million parameters.
  public static let medium = GPT2Configuration(width: 1024, layers: 24, heads: 16)
  /// 36 layers, 1280 wide: 774 million parameters.
  public static let large = GPT2Configuration(width: 1280, layers: 36, heads: 20)
  /// 48 layers, 1600 wide: 1558 million parameters.
  public static let extraLarge = GPT2Configuration(width: 1600, layers: 48, heads: 25)

  /// What makes the sizes useless; `nil` for nothing.
  var problem: String? {
    let sizes = [
      ("vocabulary size", vocabularySize), ("number of positions", positions), ("width", width),
      ("number of layers", layers), ("number of heads", heads), ("inner width", innerWidth),
    ]
    if let bad = sizes.first(where: { $0.1 <= 0 }) {
      return "the \(bad.0) is \(bad.1); it has to be positive"
    }
    if let excess { return excess }
    if width % heads != 0 { return "a width of \(width) can't be cut into \(heads) heads" }
    let rates = [dropout, embeddingDropout, attentionDropout]
    if let bad = rates.first(where: { !(0..<1).contains($0) }) {
      return "a dropout of \(bad) is not a probability below 1"
    }
    if !(epsilon > 0 && epsilon.isFinite) {
      return "layer norm's epsilon is \(epsilon); it has to be positive"
    }
    if !(0..<vocabularySize).contains(endToken) {
      return "the end token \(endToken) is not in 0..<\(vocabularySize)"
    }
    return nil
  }
}

extension GPT2Configuration: PublishedConfiguration {
  /// Embeddings, the layers, and the last norm.
  var backboneParameterCount: Double {
    let layer = transformerLayerParameterCount(width: width, innerWidth: innerWidth)
    return (Double(vocabularySize) + Double(positions) + 2) * Double(width) + Double(layers) * layer
  }
}

/// The contents of a `config.json` of model type `gpt2`, as the transformers package writes it.
extension GPT2Configuration: Codable {
  private enum Key: String, CodingKey {
    case modelType = "model_type"
    case vocabularySize = "vocab_size"
    case positions = "n_positions"
    case width = "n_embd"
    case layers = "n_layer"
    case heads = "n_head"
    case innerWidth = "n_inner"
    case dropout = "resid_pdrop"
    case embeddingDropout = "embd_pdrop"
    case attentionDropout = "attn_pdrop"
    case epsilon = "layer_norm_epsilon"
    case endToken = "eos_token_id"
    case paddingToken = "pad_token_id"
    case activation = "activation_function"
    case scalesByLayer = "scale_attn_by_inverse_layer_idx"
    case scales = "scale_attn_weights"
    case labels = "id2label"
    case labelNumbers = "label2id"
  }

  /// Reads the sizes; what a file leaves out has the value that the transformers package gives it.
  ///
  /// Throws `DecodingError` if the file is of another kind of model, if it asks for what is not supported, or if its sizes make no sense.
  public init(from decoder: any Decoder) throws {
    self = .small
    let values = try decoder.container(keyedBy: Key.self)
    try values.require("gpt2", for: .modelType, what: "The model type")
    try values.require("gelu_new", for: .activation, what: "The activation")
    try values.require(false, for: .scalesByLayer, what: "Scaling attention by the layer's number")
    try values.require(true, for: .scales, what: "Scaling attention by the width of a head")
    try values.update(&vocabularySize, .vocabularySize)
    try values.update(&positions, .positions)
    try values.update(&width, .width)
    try values.update(&layers, .layers)
    try values.update(&heads, .heads)
    innerWidth =
      try values.decodeIfPresent(Int.self, forKey: .innerWidth) ?? (width <= Int.max / 4 ? 4 * width : 0)
    try values.update(&dropout, .dropout)
    try values.update(&embeddingDropout, .embeddingDropout)
    try values.update(&attentionDropout, .attentionDropout)
    try values.update(&epsilon, .epsilon)
    endToken = vocabularySize - 1
    try values.update(&endToken, .endToken)
    paddingToken = try values.decodeIfPresent(Int.self, forKey: .paddingToken)
    labels = try values.decodeIfPresent(LabelList.self, forKey: .labels)?.names ?? []
    if let problem {
      throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: problem))
    }
  }

  /// Writes a `config.json` that the transformers package reads.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode("gpt2", forKey: .modelType)
    try values.encode("gelu_new", forKey: .activation)
    try values.encode(vocabularySize, forKey: .vocabularySize)
    try values.encode(positions, forKey: .positions)
    try values.encode(width, forKey: .width)
    try values.encode(layers, forKey: .layers)
    try values.encode(heads, forKey: .heads)
    try values.encode(innerWidth, forKey: .innerWidth)
    try values.encode(dropout, forKey: .dropout)
    try values.encode(embeddingDropout, forKey: .embeddingDropout)
    try values.encode(attentionDropout, forKey: .attentionDropout)
    try values.encode(epsilon, forKey: .epsilon)
    try values.encode(endToken, forKey: .endToken)
    try values.encodeIfPresent(paddingToken, forKey: .paddingToken)
    if !labels.isEmpty {
      let list = LabelList(labels)
      try values.encode(list, forKey: .labels)
      try values.encode(list.numbers, forKey: .labelNumbers)
    }
  }
}

extension KeyedDecodingContainer {
  /// Throws `DecodingError` if something else than `wanted` stands under the key.
  fileprivate func require<Value: Decodable & Equatable>(_ wanted: Value, for key: Key, what: String) throws {
    guard let stated = try decodeIfPresent(Value.self, forKey: key), stated != wanted else { return }
    throw DecodingError.dataCorruptedError(
      forKey: key, in: self, debugDescription: "\(what) is \(stated); only \(wanted) is supported.")
  }
}
