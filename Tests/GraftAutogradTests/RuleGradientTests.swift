import GraftTensor
import Testing

@testable import GraftAutograd

/// One rule at one point, to be checked against central differences.
struct RuleCase: Sendable, CustomTestStringConvertible {
  let name: String
  let shapes: [Shape]
  let range: Range<Float>?
  let function: @Sendable ([Variable]) -> Variable

  /// Arguments of the given shapes are drawn from `range`, at least 1/10 away from zero: twice the largest step from
  /// the kinks of `abs` and `relu`. Without a range they are shuffled numbers that are 1/10 apart, for what compares
  /// elements with each other.
  init(
    _ name: String, _ shapes: [Shape], in range: Range<Float>? = -1.5..<1.5,
    _ function: @escaping @Sendable ([Variable]) -> Variable
  ) {
    (self.name, self.shapes, self.range, self.function) = (name, shapes, range, function)
  }

  var testDescription: String { name }

  var arguments: [Tensor<Float>] {
    var generator = RandomGenerator(seed: 7)
    return shapes.map { shape in
      guard let range else {
        let ranks = generator.permutation(of: shape.elementCount)
        return Tensor(shape: shape, scalars: ranks.map { 0.05 + 0.1 * Float($0 - shape.elementCount / 2) })
      }
      return Tensor<Float>.uniform(shape, in: range, using: &generator).map { x in
        abs(x) < 0.1 ? x + (x < 0 ? -0.1 : 0.1) : x
      }
    }
  }

  /// Odd sizes, and operands that are views: half of the checks see a transposed argument.
  static let arithmetic: [RuleCase] = [
    RuleCase("+", [[3, 5], [3, 5]]) { $0[0] + $0[1] },
    RuleCase("+ broadcast", [[3, 1, 5], [7, 1]]) { $0[0] + $0[1] },
    RuleCase("+ itself", [[3, 5]]) { $0[0] + $0[0] },
    RuleCase("-", [[3, 5], [5]]) { $0[0] - $0[1] },
    RuleCase("*", [[3, 5], [3, 1]]) { $0[0] * $0[1] },
    RuleCase("* scalar", [[], [3, 5]]) { $0[0] * $0[1] },
    RuleCase("* view", [[5, 3], [3, 5]]) { $0[0].transposed() * $0[1] },
    RuleCase("/", [[3, 5], [1, 5]], in: 0.5..<1.5) { $0[0] / $0[1] },
    RuleCase("/ itself", [[4]], in: 0.5..<1.5) { $0[0] / ($0[0] * $0[0]) },
    RuleCase("numbers", [[3, 5]], in: 0.5..<1.5) {
      (2 - $0[0] * 3 + 1) / 4 + 2 / $0[0] - 1 + (3 + 2 * $0[0]) + -$0[0]
    },
    RuleCase("maximum", [[3, 5], [5]]) { .maximum($0[0], $0[1]) },
    RuleCase("minimum", [[3, 5], [3, 1]]) { .minimum($0[0], $0[1]) },
    RuleCase("choosing", [[3, 5], [5]]) { x in
      .choosing(where: Tensor<Bool>(shape: [3, 1], scalars: [true, false, true]), x[0], x[1])
    },
    RuleCase("replacing", [[3, 5]]) { x in
      x[0].replacing(with: -2, where: Tensor<Bool>([true, false, true, false, false]))
    },
  ]

  static let elementwise: [RuleCase] = [
    RuleCase("exp", [[3, 5]]) { $0[0].exp() },
    RuleCase("log", [[3, 5]], in: 0.5..<2) { $0[0].log() },
    RuleCase("sqrt", [[3, 5]], in: 0.5..<2) { $0[0].sqrt() },
    RuleCase("rsqrt", [[3, 5]], in: 0.5..<2) { $0[0].rsqrt() },
    RuleCase("tanh", [[3, 5]]) { $0[0].tanh() },
    RuleCase("erf", [[3, 5]]) { $0[0].erf() },
    RuleCase("sigmoid", [[3, 5]]) { $0[0].sigmoid() },
    RuleCase("logSigmoid", [[3, 5]]) { $0[0].logSigmoid() },
    RuleCase("relu", [[3, 5]]) { $0[0].relu() },
    RuleCase("leakyRelu", [[3, 5]]) { $0[0].leakyRelu(slope: 0.2) },
    RuleCase("gelu", [[3, 5]]) { $0[0].gelu() },
    RuleCase("geluTanh", [[3, 5]]) { $0[0].geluTanh() },
    RuleCase("silu", [[3, 5]]) { $0[0].silu() },
    RuleCase("softplus", [[3, 5]]) { $0[0].softplus() },
    RuleCase("sin", [[3, 5]]) { $0[0].sin() },
    RuleCase("cos", [[3, 5]]) { $0[0].cos() },
    RuleCase("abs", [[3, 5]]) { $0[0].abs() },
    RuleCase("square", [[3, 5]]) { $0[0].square() },
    RuleCase("reciprocal", [[3, 5]], in: 0.5..<2) { $0[0].reciprocal() },
    RuleCase("pow 2.5", [[3, 5]], in: 0.5..<2) { $0[0].pow(2.5) },
    RuleCase("pow 3 of negative", [[3, 5]]) { $0[0].pow(3) },
    RuleCase("pow 0", [[3, 5]]) { $0[0].pow(0) },
    RuleCase("clamped", [[3, 5]], in: 0..<1.5) { $0[0].clamped(to: 0.05...0.8) },
    RuleCase("of a view", [[5, 3]]) { $0[0].transposed().tanh() },
  ]

  static let reductions: [RuleCase] = [
    RuleCase("sum", [[3, 5]]) { $0[0].sum() },
    RuleCase("sum along", [[3, 4, 5]]) { $0[0].sum(along: [1]) },
    RuleCase("sum keeping", [[3, 4, 5]]) { $0[0].sum(along: [0, -1], keepingAxes: true) },
    RuleCase("mean", [[3, 4, 5]]) { $0[0].mean(along: [0, 2]) },
    RuleCase("mean of all", [[3, 5]]) { $0[0].mean() },
    RuleCase("variance", [[3, 4, 5]]) { $0[0].variance(along: [0, 2], keepingAxes: true) },
    RuleCase("variance unbiased", [[3, 5]]) { $0[0].variance(along: [1], unbiased: true) },
    RuleCase("max", [[3, 5]], in: nil) { $0[0].max(along: [1]) },
    RuleCase("min", [[3, 5]], in: nil) { $0[0].min(along: [0], keepingAxes: true) },
    RuleCase("max of all", [[3, 5]], in: nil) { $0[0].max() },
    RuleCase("product", [[3, 4, 2]]) { $0[0].product(along: [1]) },
    RuleCase("logSumExp", [[3, 4, 5]]) { $0[0].logSumExp(along: [1]) },
    RuleCase("logSumExp of view", [[5, 3]]) { $0[0].transposed().logSumExp(along: [-1], keepingAxes: true) },
    RuleCase("softmax", [[3, 5]]) { $0[0].softmax() },
    RuleCase("softmax along 1", [[3, 4, 5]]) { $0[0].softmax(along: 1) },
    RuleCase("logSoftmax", [[3, 5]]) { $0[0].logSoftmax() },
    RuleCase("logSoftmax along 0", [[3, 5]]) { $0[0].logSoftmax(along: 0) },
  ]

  static let shapes: [RuleCase] = [
    RuleCase("reshaped", [[3, 4]]) { $0[0].reshaped(to: [2, -1]) },
    RuleCase("flattened", [[3, 2, 2]]) { $0[0].flattened() },
    RuleCase("permuted", [[2, 3, 4]]) { $0[0].permuted([2, 0, 1]) },
    RuleCase("transposed", [[2, 3, 4]]) { $0[0].transposed(0, -1) },
    RuleCase("expandingAxis", [[3, 3]]) { $0[0].expandingAxis(at: -1) * $0[0].expandingAxis(at: 0) },
    RuleCase("squeezed", [[2, 1, 3]]) { $0[0].squeezed(at: 1) },
    RuleCase("broadcast", [[2, 1, 3]]) { $0[0].broadcast(to: [4, 2, 5, 3]) },
    RuleCase("slice", [[3, 5, 2]]) { $0[0].slice(1..<4, along: 1) },
    RuleCase("slices that overlap", [[5, 3]]) { $0[0].slice(0..<4) * $0[0].slice(1..<5) },
    RuleCase("select", [[3, 5]]) { $0[0].select(3, along: -1) * $0[0].select(0, along: 1) },
    RuleCase("split", [[3, 5]]) { x in
      let parts = x[0].split([2, 3], along: 1)
      return parts[0].sum(along: [1]) * parts[1].select(1, along: 1)
    },
    RuleCase("flipped", [[3, 5]]) { $0[0].flipped(along: [0, 1]) },
    RuleCase("concatenated", [[3, 2], [3, 1], [3, 4]]) { .concatenated($0, along: -1) },
    RuleCase("stacked", [[3, 2], [3, 2]]) { .stacked($0, along: 1) },
    RuleCase("padded", [[3, 2]]) { $0[0].padded([(1, 2), (0, 3)], with: 4) },
    RuleCase("tiled", [[3, 2]]) { $0[0].tiled([2, 3]) },
    RuleCase("gather rows", [[4, 3]]) { $0[0].gather(rows: Tensor<Int32>([[2, 0, 2], [1, 2, 0]])) },
    RuleCase("gather along", [[3, 4]]) {
      $0[0].gather(along: 1, Tensor<Int32>([[2, 0], [1, 1], [3, 0]]))
    },
  ]

  static let products: [RuleCase] = [
    RuleCase("matmul", [[3, 4], [4, 5]]) { $0[0].matmul($0[1]) },
    RuleCase("matmul of views", [[4, 3], [5, 4]]) { $0[0].transposed().matmul($0[1].transposed()) },
    RuleCase("matmul batched", [[2, 3, 4], [2, 4, 5]]) { $0[0].matmul($0[1]) },
    RuleCase("matmul broadcast", [[3, 1, 2, 4], [2, 4, 3]]) { $0[0].matmul($0[1]) },
    RuleCase("matmul shared right", [[2, 3, 4], [4, 5]]) { $0[0].matmul($0[1]) },
    RuleCase("matmul shared left", [[3, 4], [2, 4, 5]]) { $0[0].matmul($0[1]) },
    RuleCase("matmul row", [[4], [4, 5]]) { $0[0].matmul($0[1]) },
    RuleCase("matmul row, batch", [[4], [2, 4, 5]]) { $0[0].matmul($0[1]) },
    RuleCase("matmul column", [[2, 3, 4], [4]]) { $0[0].matmul($0[1]) },
    RuleCase("matmul vectors", [[4], [4]]) { $0[0].matmul($0[1]) },
    RuleCase("linear", [[3, 4], [5, 4], [5]]) { $0[0].linear(weight: $0[1], bias: $0[2]) },
    RuleCase("linear of sequences", [[2, 3, 4], [5, 4]]) { $0[0].linear(weight: $0[1]) },
    RuleCase("linear of a vector", [[4], [5, 4], [5]]) { $0[0].linear(weight: $0[1], bias: $0[2]) },
    RuleCase("linear of a view", [[4, 3], [5, 4], [5]]) {
      $0[0].transposed().linear(weight: $0[1], bias: $0[2])
    },
  ]

  static let spatial: [RuleCase] = [
    RuleCase("convolved", [[2, 3, 5, 4], [4, 3, 3, 2], [4]]) {
      $0[0].convolved(with: $0[1], bias: $0[2], Convolution2D(stride: (2, 1), padding: (1, 1)))
    },
    RuleCase("convolved 1x1", [[2, 3, 3, 3], [4, 3, 1, 1]]) { $0[0].convolved(with: $0[1]) },
    RuleCase("convolved in groups", [[1, 4, 5, 6], [6, 2, 3, 3], [6]]) {
      $0[0].convolved(with: $0[1], bias: $0[2], Convolution2D(padding: (0, 2), dilation: (1, 2), groups: 2))
    },
    RuleCase("convolved depthwise", [[2, 3, 4, 4], [3, 1, 3, 3]]) {
      $0[0].convolved(with: $0[1], Convolution2D(padding: (1, 1), groups: 3))
    },
    RuleCase("convolved1D", [[2, 3, 7], [4, 3, 3], [4]]) {
      $0[0].convolved1D(with: $0[1], bias: $0[2], stride: 2, padding: 2, dilation: 2)
    },
    RuleCase("convolvedTransposed", [[2, 3, 3, 4], [3, 2, 3, 2], [2]]) {
      $0[0].convolvedTransposed(
        with: $0[1], bias: $0[2], Convolution2D(stride: (2, 2), padding: (1, 0)), outputPadding: (1, 0))
    },
    RuleCase("convolvedTransposed in groups", [[1, 4, 3, 3], [4, 3, 2, 2], [6]]) {
      $0[0].convolvedTransposed(with: $0[1], bias: $0[2], Convolution2D(dilation: (2, 1), groups: 2))
    },
    RuleCase("maxPooled", [[2, 2, 5, 6]], in: nil) {
      $0[0].maxPooled(Pooling2D(kernel: (3, 2), stride: (2, 2), padding: (1, 0)))
    },
    RuleCase("averagePooled", [[2, 2, 5, 6]]) {
      $0[0].averagePooled(Pooling2D(kernel: (3, 2), stride: (2, 2), padding: (1, 1), ceilMode: true))
    },
    RuleCase("averagePooled without padding", [[1, 2, 5, 5]]) {
      $0[0].averagePooled(Pooling2D(kernel: (3, 3), padding: (1, 1)), countingPadding: false)
    },
    RuleCase("adaptiveAveragePooled", [[2, 2, 5, 7]]) { $0[0].adaptiveAveragePooled(to: (2, 3)) },
  ]

  static let layers: [RuleCase] = [
    RuleCase("layerNormalized", [[3, 2, 5], [5], [5]]) { $0[0].layerNormalized(weight: $0[1], bias: $0[2]) },
    RuleCase("layerNormalized plain", [[3, 5]]) { $0[0].layerNormalized(epsilon: 0.1) },
    RuleCase("groupNormalized", [[2, 6, 3], [6], [6]]) {
      $0[0].groupNormalized(groups: 3, weight: $0[1], bias: $0[2])
    },
    RuleCase("groupNormalized plain", [[2, 4, 2, 3]]) { $0[0].groupNormalized(groups: 2) },
    RuleCase("batchNormalized", [[3, 2, 2, 3], [2], [2]]) {
      $0[0].batchNormalized(weight: $0[1], bias: $0[2]).value
    },
    RuleCase("batchNormalized of a matrix", [[5, 3]]) { $0[0].batchNormalized().value },
    RuleCase("batchNormalized by given statistics", [[3, 2, 2], [2], [2]]) {
      $0[0].batchNormalized(
        mean: Tensor([0.5, -0.25]), variance: Tensor([0.5, 2]), weight: $0[1], bias: $0[2])
    },
    RuleCase("dropped", [[5, 7]]) {
      $0[0].dropped(probability: 0.4, using: &Randomness.current.generator)
    },
  ]
}

@Suite struct RuleGradientTests {
  @Test(arguments: RuleCase.arithmetic) func arithmetic(_ rule: RuleCase) { check(rule) }
  @Test(arguments: RuleCase.attention) func attention(_ rule: RuleCase) { check(rule) }
  @Test(arguments: RuleCase.elementwise) func elementwise(_ rule: RuleCase) { check(rule) }
  @Test(arguments: RuleCase.reductions) func reductions(_ rule: RuleCase) { check(rule) }
  @Test(arguments: RuleCase.shapes) func shapes(_ rule: RuleCase) { check(rule) }
  @Test(arguments: RuleCase.products) func products(_ rule: RuleCase) { check(rule) }
  @Test(arguments: RuleCase.spatial) func spatial(_ rule: RuleCase) { check(rule) }
  @Test(arguments: RuleCase.layers) func layers(_ rule: RuleCase) { check(rule) }

  private func check(_ rule: RuleCase) {
    let report = gradientCheck(at: rule.arguments, of: rule.function)
    #expect(report.passed, "\(rule.name): \(report)")
  }
}
