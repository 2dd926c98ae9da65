import GraftTensor

@testable import GraftAutograd

extension RuleCase {
  static let attention: [RuleCase] = [
    RuleCase("attention", [[2, 3, 5, 4], [2, 3, 7, 4], [2, 3, 7, 6]]) {
      scaledDotProductAttention($0[0], $0[1], $0[2])
    },
    RuleCase("attention causal", [[1, 2, 9, 4], [1, 2, 9, 4], [1, 2, 9, 4]]) {
      scaledDotProductAttention($0[0], $0[1], $0[2], isCausal: true, scale: 0.3)
    },
    RuleCase("attention masked", [[2, 3, 5, 4], [2, 3, 7, 4], [2, 3, 7, 6]]) {
      scaledDotProductAttention($0[0], $0[1], $0[2], mask: seen)
    },
    RuleCase("attention of views", [[2, 5, 12], [2, 5, 12], [2, 5, 12]]) { x in
      let heads = x.map { $0.reshaped(to: [2, 5, 3, 4]).transposed(1, 2) }
      return scaledDotProductAttention(heads[0], heads[1], heads[2])
    },
    RuleCase("attention dropped", [[2, 3, 5, 4], [2, 3, 7, 4], [2, 3, 7, 6]]) {
      scaledDotProductAttention(
        $0[0], $0[1], $0[2], mask: seen, dropout: 0.3, using: &Randomness.current.generator)
    },
  ]

  private static let seen = Tensor<Bool>([
    [true, false, true, true, true, false, true], [false, true, true, false, true, true, true],
  ])
}
