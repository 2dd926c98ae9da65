import GraftTensor

@testable import GraftAutograd

extension RuleCase {
  /// Points where central differences say nothing, or overflow threatens: their arguments come from the fixture.
  static let edges: [RuleCase] = [
    RuleCase("max with ties", []) { $0[0].max(along: [1]) },
    RuleCase("min with ties", []) { $0[0].min(along: [1]) },
    RuleCase("maximum with ties", []) { .maximum($0[0], $0[1]) },
    RuleCase("minimum with ties", []) { .minimum($0[0], $0[1]) },
    RuleCase("relu at zero", []) { $0[0].relu() },
    RuleCase("abs at zero", []) { $0[0].abs() },
    RuleCase("clamped at its bounds", []) { $0[0].clamped(to: -1...1) },
    RuleCase("product with zeros", []) { $0[0].product(along: [1]) },
    RuleCase("logSumExp with infinities", []) { $0[0].logSumExp(along: [1]) },
    RuleCase("softmax with infinities", []) { $0[0].softmax(along: 1) },
    RuleCase("logSoftmax of large numbers", []) { $0[0].logSoftmax(along: 1) },
    RuleCase("logSigmoid of large numbers", []) { $0[0].logSigmoid() },
    RuleCase("softplus of large numbers", []) { $0[0].softplus() },
    RuleCase("sigmoid of large numbers", []) { $0[0].sigmoid() },
    RuleCase("tanh of large numbers", []) { $0[0].tanh() },
    RuleCase("gelu of large numbers", []) { $0[0].gelu() },
    RuleCase("geluTanh of large numbers", []) { $0[0].geluTanh() },
    RuleCase("silu of large numbers", []) { $0[0].silu() },
    RuleCase("maxPooled with ties", []) { $0[0].maxPooled(Pooling2D(kernel: (2, 2), stride: (1, 1))) },
    RuleCase("maxPooled of negatives", []) {
      $0[0].maxPooled(Pooling2D(kernel: (3, 3), stride: (1, 1), padding: (1, 1)))
    },
    RuleCase("layerNormalized of equal numbers", []) { $0[0].layerNormalized() },
  ]

  /// Every case, by family.
  static let all =
    arithmetic + elementwise + reductions + shapes + products + spatial + layers + attention + edges
}
