import GraftTensor

/// Scaled dot-product attention: `softmax(scale · q kᵀ + mask) v` for each head.
///
/// Vaswani et al., *Attention Is All You Need*, 2017. The weights are never stored: they are computed in tiles, forward and again
/// backward, from the inputs and one number for each query (Rabe and Staats, *Self-attention Does Not Need O(n²) Memory*,
/// 2021; Dao et al., *FlashAttention*, 2022). A query that sees no key has output 0 and passes no gradient.
///
/// ```swift
/// let heads = projected.reshaped(to: [batch, length, 12, 64]).transposed(1, 2)   // [batch, 12, length, 64], not copied
/// ```
///
/// - Parameters:
///   - query: shape `[batch, heads, queries, width]`; of any strides, as are key and value, without a copy if the elements of
///     the last axis lie side by side.
///   - key: shape `[batch, heads, keys, width]`.
///   - value: shape `[batch, heads, keys, value width]`.
///   - mask: `true` where a key may be seen, shape `[batch, keys]`; `nil` if all may.
///   - isCausal: whether query i sees the keys 0...i alone.
///   - scale: what the products are multiplied by; `nil` for 1 / √width.
/// - Returns: shape `[batch, heads, queries, value width]`. In memory the heads of a query lie side by side, so that
///   `output.transposed(1, 2)` followed by joining the heads copies nothing.
///
/// Traps if the shapes do not fit.
public func scaledDotProductAttention(
  _ query: Variable, _ key: Variable, _ value: Variable, mask: Tensor<Bool>? = nil, isCausal: Bool = false,
  scale: Float? = nil
) -> Variable {
  attention(query, key, value, AttentionSettings(mask: mask, isCausal: isCausal, scale: scale))
}

/// ``scaledDotProductAttention(_:_:_:mask:isCausal:scale:)`` with dropout of the weights: each is set to 0 with the given
/// probability and divided by 1 - `dropout` otherwise.
///
/// Which weights are dropped is not kept: it follows from the generator, which moves on. The probability is rounded to a multiple of
/// 2⁻¹⁶. A layer passes `&Randomness.current.generator`.
///
/// Traps if the shapes do not fit, or unless the probability lies in `0...1`.
public func scaledDotProductAttention(
  _ query: Variable, _ key: Variable, _ value: Variable, mask: Tensor<Bool>? = nil, isCausal: Bool = false,
  scale: Float? = nil, dropout: Float, using generator: inout RandomGenerator
) -> Variable {
  require(
    dropout >= 0 && dropout <= 1, "scaledDotProductAttention: dropout \(dropout) does not lie in 0...1")
  var settings = AttentionSettings(mask: mask, isCausal: isCausal, scale: scale)
  if query.shape.rank == 4 && key.shape.rank == 4 {
    let rows = query.shape[0] * query.shape[1] * query.shape[2]
    settings.dropout = AttentionDropout(
      probability: dropout, rows: rows, keys: key.shape[2], using: &generator)
  }
  return attention(query, key, value, settings)
}

private func attention(
  _ query: Variable, _ key: Variable, _ value: Variable, _ settings: AttentionSettings
) -> Variable {
  let (q, k, v) = (query.value, key.value, value.value)
  let (output, logSum) = Tensor.attention(query: q, key: k, value: v, settings: settings)
  return .record(output, query.node, key.node, value.node) {
    [a = query.node, b = key.node, c = value.node] gradient, sink in
    let gradients = Tensor.attentionGradients(
      query: q, key: k, value: v, settings: settings, output: output, logSum: logSum, outputGradient: gradient
    )
    sink.add(gradients.query, to: a)
    sink.add(gradients.key, to: b)
    sink.add(gradients.value, to: c)
  }
}
