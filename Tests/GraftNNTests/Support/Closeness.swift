import GraftTensor
import Testing

/// Holds a tensor against what PyTorch has, which was computed in double precision and then rounded.
///
/// The tolerance is `relative` times the largest expected magnitude. The default allows for about a hundred roundings of 2⁻²⁴ in
/// the longest sums here (some hundred terms of that magnitude); a wrong formula is off by a thousand times more.
func expectClose(
  _ actual: Tensor<Float>, _ expected: Tensor<Float>, relative: Float = 6e-6, _ comment: Comment? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(actual.shape == expected.shape, comment, sourceLocation: sourceLocation)
  guard actual.shape == expected.shape, actual.count > 0 else { return }
  let scale = max(expected.abs().max().scalar, 1e-3)
  let error = (actual - expected).abs().max().scalar
  #expect(error <= relative * scale, comment, sourceLocation: sourceLocation)
}

extension Tensor where Scalar == Float {
  /// The elements' bits, so that even the sign of zero counts.
  var bits: [UInt32] { scalars.map(\.bitPattern) }
}
