import GraftAutograd
import GraftNN
import GraftTensor

/// One transformer layer, normalised after each residual:
///
///     y = norm(x + dropout(W_o · attention(x)))
///     z = norm(y + dropout(W_2 · gelu(W_1 · y)))
public final class BERTLayer: Module {
  /// Attention with its residual and norm.
  public let attention: BERTAttention
  /// W_1, from the width to the inner width.
  public let intermediate: BERTDense
  /// W_2, back to the width, with residual and norm.
  public let output: BERTResidualDense
  private let activation: Activation

  init(_ configuration: BERTConfiguration, using generator: inout RandomGenerator) {
    attention = BERTAttention(configuration, using: &generator)
    intermediate = BERTDense(configuration.width, configuration.innerWidth, using: &generator)
    output = BERTResidualDense(configuration.innerWidth, configuration, using: &generator)
    activation = configuration.activation.function
  }

  /// `[n, length, width]` to the same shape; tokens whose mask is `false` are not attended to.
  public func callAsFunction(_ input: Variable, mask: Tensor<Bool>?) -> Variable {
    let attended = attention(input, mask: mask)
    return output(intermediate.dense.activated(attended, by: activation), residual: attended)
  }
}

/// Self-attention and what follows it.
public final class BERTAttention: Module {
  /// The three projections; `self` in checkpoints.
  public let projections: BERTProjections
  /// The projection of what the heads found, with residual and norm.
  public let output: BERTResidualDense
  private let heads: Int
  private let dropout: Float

  public static var checkpointNames: [String: String] { ["projections": "self"] }

  init(_ configuration: BERTConfiguration, using generator: inout RandomGenerator) {
    projections = BERTProjections(configuration.width, using: &generator)
    output = BERTResidualDense(configuration.width, configuration, using: &generator)
    heads = configuration.heads
    dropout = configuration.attentionDropout
  }

  func callAsFunction(_ input: Variable, mask: Tensor<Bool>?) -> Variable {
    let found = multiHeadAttention(
      projections.query(input), projections.key(input), projections.value(input), heads: heads, mask: mask,
      dropout: dropout)
    return output(found, residual: input)
  }
}

/// Queries, keys and values from the same input.
public final class BERTProjections: Module {
  /// What a token asks for.
  public let query: Linear
  /// What a token is found by.
  public let key: Linear
  /// What a token gives to those that find it.
  public let value: Linear

  init(_ width: Int, using generator: inout RandomGenerator) {
    query = Linear(transformer: width, width, using: &generator)
    key = Linear(transformer: width, width, using: &generator)
    value = Linear(transformer: width, width, using: &generator)
  }
}

/// A linear layer under the name that checkpoints have for it.
public final class BERTDense: Module {
  /// The layer.
  public let dense: Linear

  init(_ inputs: Int, _ outputs: Int, using generator: inout RandomGenerator) {
    dense = Linear(transformer: inputs, outputs, using: &generator)
  }
}

/// `norm(residual + dropout(dense(x)))`.
public final class BERTResidualDense: Module {
  /// The linear layer.
  public let dense: Linear
  /// Normalises the sum.
  public let layerNorm: LayerNorm
  private let dropout: Dropout

  public static var checkpointNames: [String: String] { ["layerNorm": "LayerNorm"] }

  init(_ inputs: Int, _ configuration: BERTConfiguration, using generator: inout RandomGenerator) {
    dense = Linear(transformer: inputs, configuration.width, using: &generator)
    layerNorm = LayerNorm(configuration.width, epsilon: configuration.epsilon)
    dropout = Dropout(configuration.dropout)
  }

  func callAsFunction(_ input: Variable, residual: Variable) -> Variable {
    layerNorm(dropout(dense(input)) + residual)
  }
}

extension BERTConfiguration.Activation {
  /// The function, as layers name it.
  var function: Activation {
    switch self {
    case .gelu: return .gelu
    case .geluTanh: return .geluTanh
    case .relu: return .relu
    }
  }
}
