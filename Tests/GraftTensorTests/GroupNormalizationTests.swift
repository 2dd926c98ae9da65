import CGraftKernels
import Testing

@testable import GraftTensor

/// Rounding of one operation.
private let unit: Double = 0x1p-24

@Suite struct GroupNormalizationTests {
  /// Three roundings of terms of which the largest is below 1.5 · 1 + 2.4 · 0.7 + 0.2.
  @Test(arguments: TableUnderTest.all) func combinesGradients(_ under: TableUnderTest) {
    var generator = TestGenerator(51)
    for n in [0, 1, 3, 4, 7, 8, 9, 16, 17, 31, 100] {
      let (x, g) = (generator.floats(n + 1, in: -2...2), generator.floats(n + 1))
      var (out, exact) = (g, g)
      out.withUnsafeMutableBufferPointer { buffer in
        guard let own = buffer.baseAddress else { return }
        under.kernels.combine_gradients(own, x, own, n, 1.5, 0.4, -0.7, 0.2)
      }
      NormalizationReference.combineGradients(g, x, &exact, n, 1.5, 0.4, -0.7, 0.2)
      for i in 0...n {
        #expect(abs(Double(out[i]) - Double(exact[i])) <= (i < n ? 3 * 3.4 * unit : 0))
      }
    }
  }

  /// The definition, in double precision.
  private func reference(
    _ x: [Double], _ shape: Shape, groups: Int, _ w: [Double]?, _ b: [Double]?, epsilon: Double, _ g: [Double]
  ) -> (value: [Double], input: [Double], weight: [Double], bias: [Double]) {
    let plane = shape.dropFirst(2).reduce(1, *)
    let (channels, size) = (shape[1], shape[1] / groups * plane)
    var (value, input) = (x, x)
    var (weight, bias) = ([Double](repeating: 0, count: channels), [Double](repeating: 0, count: channels))
    for start in stride(from: 0, to: x.count, by: size) {
      let places = start..<(start + size)
      let mean = places.reduce(0) { $0 + x[$1] } / Double(size)
      let variance = places.reduce(0) { $0 + (x[$1] - mean) * (x[$1] - mean) } / Double(size)
      let inverse = 1 / (variance + epsilon).squareRoot()
      func normal(_ i: Int) -> Double { (x[i] - mean) * inverse }
      func inner(_ i: Int) -> Double { g[i] * (w?[i / plane % channels] ?? 1) }
      let offset = places.reduce(0) { $0 + inner($1) } / Double(size)
      let slope = places.reduce(0) { $0 + inner($1) * normal($1) } / Double(size)
      for i in places {
        let channel = i / plane % channels
        value[i] = normal(i) * (w?[channel] ?? 1) + (b?[channel] ?? 0)
        input[i] = inverse * (inner(i) - offset - normal(i) * slope)
        weight[channel] += g[i] * normal(i)
        bias[channel] += g[i]
      }
    }
    return (value, input, weight, bias)
  }

  /// Elements are below 2 in magnitude and ε is 0.1, so x̂ is below 4 / √0.1 < 13, and no sum has more than 4 · 300 terms.
  /// Its error is below 70 · 2⁻²⁴ of the sum of magnitudes (the promise of the baseline's sums); results have a dozen roundings of
  /// such terms. A wrong scale or statistic is off by 10⁻² or more.
  @Test(arguments: 0..<40, TableUnderTest.all) func agreesWithDefinition(
    seed: UInt64, on under: TableUnderTest
  ) {
    Kernels.using(under.table) {
      var generator = TestGenerator(seed)
      let groups = generator.length(1...4)
      let channels = groups * generator.length(1...3)
      let shape: Shape =
        seed % 5 == 0
        ? [generator.length(1...4), channels]
        : [generator.length(1...4), channels, generator.length(1...5), generator.length(1...19)]
      let (x, g) = (generator.tensor(shape) * 2, generator.tensor(shape))
      let w = seed % 3 == 0 ? nil : generator.tensor([channels])
      let b = seed % 3 == 1 ? nil : generator.tensor([channels])
      let (value, normalization) = GroupNormalization.applied(
        to: x, groups: groups, weight: w, bias: b, epsilon: 0.1)
      var gradient = g
      let learned = normalization.pullBack(&gradient, input: x)
      let exact = reference(
        x.scalars.map(Double.init), shape, groups: groups, w?.scalars.map(Double.init),
        b?.scalars.map(Double.init), epsilon: 0.1, g.scalars.map(Double.init))
      func expectClose(_ left: Tensor<Float>, _ right: [Double], _ limit: Double, _ what: String) {
        let worst = zip(left.scalars, right).map { abs(Double($0) - $1) }.max() ?? 0
        #expect(worst <= limit && left.count == right.count, "\(what) of \(shape) in \(groups): \(worst)")
      }
      expectClose(value, exact.value, 13 * 100 * unit, "value")
      expectClose(gradient, exact.input, 13 * 13 * 100 * unit, "input gradient")
      let terms = Double(shape.elementCount / channels)
      expectClose(learned.weight, exact.weight, terms * 13 * 100 * unit, "weight gradient")
      expectClose(learned.bias, exact.bias, terms * 100 * unit, "bias gradient")
    }
  }

  /// A weight of 0 stops the gradient of its own channel's result, not what flows through the group's statistics.
  @Test func weightsMayBeZero() {
    var generator = TestGenerator(3)
    let (x, g) = (generator.tensor([2, 4, 3, 3]), generator.tensor([2, 4, 3, 3]))
    let w = Tensor<Float>([0, 1, 0, 0])
    let (_, normalization) = GroupNormalization.applied(to: x, groups: 2, weight: w, bias: nil, epsilon: 0.1)
    var gradient = g
    _ = normalization.pullBack(&gradient, input: x)
    #expect(gradient.scalars.allSatisfy { $0.isFinite })
    #expect(gradient[.all, 0..<1].scalars.contains { $0 != 0 })
    #expect(gradient[.all, 2..<4].scalars.allSatisfy { $0 == 0 })
  }

  @Test func doesNotDependOnThreads() {
    var generator = TestGenerator(4)
    let (x, g) = (generator.tensor([6, 12, 20, 21]), generator.tensor([6, 12, 20, 21]))
    let w = generator.tensor([12])
    func results() -> [Tensor<Float>] {
      let (value, normalization) = GroupNormalization.applied(
        to: x, groups: 4, weight: w, bias: w, epsilon: 0.1)
      var gradient = g
      let learned = normalization.pullBack(&gradient, input: x)
      return [value, gradient, learned.weight, learned.bias]
    }
    let one = ComputeThreads.withCount(1) { results() }
    for threads in [2, 3] { #expect(ComputeThreads.withCount(threads) { results() } == one) }
  }
}
