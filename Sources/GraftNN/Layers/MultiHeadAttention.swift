import GraftAutograd
import GraftTensor

/// Attention of several heads side by side: queries, keys and values are cut into `heads` parts along their last axis, each
/// attends by itself, and the results are joined again.
///
///     output = join over heads h of dropout(softmax(q_h k_hᵀ / √(width of a head) + mask)) v_h
///
/// (Vaswani et al., *Attention Is All You Need*, 2017.) Nothing is copied to cut and join.
///
/// - Parameters:
///   - query: shape `[n, queries, width]`, from a projection as a rule.
///   - key: shape `[n, keys, width]`.
///   - value: shape `[n, keys, width]`.
///   - heads: how many; a divisor of the width.
///   - mask: `true` where a key may be seen, shape `[n, keys]`; `nil` if all may.
///   - isCausal: whether query i sees the keys 0...i alone. Default: no.
///   - dropout: the probability of a weight to be dropped while training. Default: 0.
/// - Returns: shape `[n, queries, width]`.
///
/// Traps if the shapes do not fit, or if `heads` does not divide the width.
public func multiHeadAttention(
  _ query: Variable, _ key: Variable, _ value: Variable, heads: Int, mask: Tensor<Bool>? = nil,
  isCausal: Bool = false, dropout: Float = 0
) -> Variable {
  let (q, k, v) = (
    query.split(intoHeads: heads), key.split(intoHeads: heads), value.split(intoHeads: heads)
  )
  let result =
    Mode.current == .training && dropout > 0
    ? scaledDotProductAttention(
      q, k, v, mask: mask, isCausal: isCausal, dropout: dropout, using: &Randomness.current.generator)
    : scaledDotProductAttention(q, k, v, mask: mask, isCausal: isCausal)
  return result.transposed(1, 2).flattened(from: 2)
}

extension Variable {
  /// `[n, heads, length, width / heads]`, a view, from `[n, length, width]`.
  package func split(intoHeads heads: Int) -> Variable {
    require(
      shape.rank == 3 && heads > 0 && shape[2] % heads == 0,
      "multiHeadAttention: an input of shape \(shape) can't be cut into \(heads) heads; it has to be "
        + "[n, length, width] with a width that is a multiple of them")
    return unflattened(2, into: [heads, shape[2] / heads]).transposed(1, 2)
  }
}
