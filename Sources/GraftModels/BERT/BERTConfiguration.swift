import GraftNN

/// The sizes of a BERT, as its `config.json` states them.
///
/// Devlin, Chang, Lee, Toutanova: *BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding*,
/// NAACL 2019.
public struct BERTConfiguration: Sendable, Hashable {
  /// Whose names the files have, and what the small differences between the two are.
  public var family: Family
  /// Tokens that are known.
  public var vocabularySize: Int
  /// The length of the vector that stands for a token.
  public var width: Int
  /// Transformer layers.
  public var layers: Int
  /// Attention heads in each of them; a divisor of the width.
  public var heads: Int
  /// The width inside the feed-forward blocks.
  public var innerWidth: Int
  /// The longest text, in tokens.
  public var positions: Int
  /// Kinds of token: first and second text. DistilBERT does not tell them apart; there the number has no effect.
  public var tokenTypes: Int
  /// The probability of an activation to be dropped while training.
  public var dropout: Float
  /// The probability of an attention weight to be dropped while training.
  public var attentionDropout: Float
  /// The probability of a feature to be dropped before the classifier while training.
  public var headDropout: Float
  /// What layer norm adds to the variance.
  public var epsilon: Float
  /// The function inside the feed-forward blocks.
  public var activation: Activation
  /// The token that fills short texts up.
  public var paddingToken: Int
  /// What the classes of the head are called, in order; empty if the model has no classifier or its file does not say.
  public var labels: [String] = []

  /// The models that the same code is.
  public enum Family: String, Sendable, Hashable {
    /// The pooler ends in tanh.
    case bert
    /// No token types; the layer before the classifier ends in ReLU (Sanh, Debut, Chaumond, Wolf: *DistilBERT, a distilled version of
    /// BERT*, 2019).
    case distilBERT = "distilbert"
  }

  /// The functions that published configurations name.
  public enum Activation: String, Sendable, Hashable {
    /// The exact Gaussian error linear unit.
    case gelu
    /// Its form with tanh.
    case geluTanh = "gelu_new"
    /// max(x, 0).
    case relu
  }

  /// Sizes of your own; those that are left out are BERT base's.
  ///
  /// Traps unless the sizes are positive and `heads` divides `width`.
  public init(
    family: Family = .bert, vocabularySize: Int = 30522, width: Int = 768, layers: Int = 12, heads: Int = 12,
    innerWidth: Int = 3072,
    positions: Int = 512, tokenTypes: Int = 2, dropout: Float = 0.1, attentionDropout: Float = 0.1,
    headDropout: Float? = nil, epsilon: Float = 1e-12, activation: Activation = .gelu, paddingToken: Int = 0
  ) {
    self.family = family
    self.vocabularySize = vocabularySize
    self.width = width
    self.layers = layers
    self.heads = heads
    self.innerWidth = innerWidth
    self.positions = positions
    self.tokenTypes = tokenTypes
    self.dropout = dropout
    self.attentionDropout = attentionDropout
    self.headDropout = headDropout ?? dropout
    self.epsilon = epsilon
    self.activation = activation
    self.paddingToken = paddingToken
    if let problem { fatalError("BERTConfiguration: \(problem)") }
  }

  /// 12 layers, 768 wide: 109 million parameters.
  public static let base = BERTConfiguration()
  /// 24 layers, 1024 wide: 335 million parameters.
  public static let large = BERTConfiguration(width: 1024, layers: 24, heads: 16, innerWidth: 4096)
  /// 6 layers, 384 wide, as the sentence encoder all-MiniLM-L6-v2: 22.7 million parameters.
  public static let miniLM = BERTConfiguration(width: 384, layers: 6, innerWidth: 1536)
  /// 6 layers, 768 wide, without token types: 66 million parameters.
  public static let distilBERT = BERTConfiguration(family: .distilBERT, layers: 6, headDropout: 0.2)

  /// What makes the sizes useless; `nil` for nothing.
  var problem: String? {
    let sizes = [
      ("vocabulary size", vocabularySize), ("width", width), ("number of layers", layers),
      ("number of heads", heads),
      ("inner width", innerWidth), ("number of positions", positions), ("number of token types", tokenTypes),
    ]
    if let bad = sizes.first(where: { $0.1 <= 0 }) {
      return "the \(bad.0) is \(bad.1); it has to be positive"
    }
    if let excess { return excess }
    if width % heads != 0 { return "a width of \(width) can't be cut into \(heads) heads" }
    let rates = [dropout, attentionDropout, headDropout]
    if let bad = rates.first(where: { !(0..<1).contains($0) }) {
      return "a dropout of \(bad) is not a probability below 1"
    }
    if !(epsilon > 0 && epsilon.isFinite) {
      return "layer norm's epsilon is \(epsilon); it has to be positive"
    }
    if !(0..<vocabularySize).contains(paddingToken) {
      return "the padding token \(paddingToken) is not in 0..<\(vocabularySize)"
    }
    return nil
  }
}

extension BERTConfiguration: PublishedConfiguration {
  /// Embeddings, their norm, and the layers; without the pooler, which files of other heads lack.
  var backboneParameterCount: Double {
    let rows = Double(vocabularySize) + Double(positions) + (family == .bert ? Double(tokenTypes) : 0)
    let layer = transformerLayerParameterCount(width: width, innerWidth: innerWidth)
    return (rows + 2) * Double(width) + Double(layers) * layer
  }
}
