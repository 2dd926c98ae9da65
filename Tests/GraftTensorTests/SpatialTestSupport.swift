import GraftTensor
import Testing

extension TestGenerator {
  /// A tensor of numbers in -1...1.
  mutating func tensor(_ shape: Shape) -> Tensor<Float> {
    Tensor(shape: shape, scalars: floats(shape.elementCount))
  }

  /// The same for `Double`, where sums are exact enough to serve as the truth.
  mutating func doubles(_ shape: Shape) -> Tensor<Double> {
    Tensor<Double>(tensor(shape))
  }

  /// A whole number of the range.
  mutating func length(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
}

/// Expects `fast`, sums of `terms` products in `Float`, to be the sums `exact` up to rounding.
///
/// In whatever order n products are added, each result is off by at most n·u / (1 − n·u) times the sum of the products'
/// magnitudes, u = 2⁻²⁴ (Higham, *Accuracy and Stability of Numerical Algorithms*, 2002, section 3.1).
func expectSums(
  _ fast: Tensor<Float>, equal exact: Tensor<Double>, magnitudes: Tensor<Double>, terms: Int,
  _ comment: @autoclosure () -> String, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(fast.shape == exact.shape, "\(comment())", sourceLocation: sourceLocation)
  guard fast.shape == exact.shape else { return }
  let relative = 1.01 * Double(terms + 1) * 0x1p-24
  for ((value, truth), magnitude) in zip(zip(fast.scalars, exact.scalars), magnitudes.scalars)
  where !(abs(Double(value) - truth) <= relative * magnitude) {
    Issue.record("\(value) is not \(truth): \(comment())", sourceLocation: sourceLocation)
    return
  }
}

/// Σ left(i) · right(i).
func innerProduct(_ left: Tensor<Double>, _ right: Tensor<Double>) -> Double {
  zip(left.scalars, right.scalars).reduce(0) { $0 + $1.0 * $1.1 }
}

/// Expects two `Double` sums of the same products, added in another order, to agree.
///
/// They have fewer than 10⁴ terms of magnitude 100 or less, so rounding takes them apart by less than
/// 10⁴ · 10⁴ · 100 · 2⁻⁵³ ≈ 10⁻⁶ at the very worst and, its errors being of random sign, by some 10⁻¹² in practice.
func expectAgreement(
  _ left: Double, _ right: Double, _ comment: @autoclosure () -> String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(abs(left - right) <= 1e-10, "\(comment())", sourceLocation: sourceLocation)
}
