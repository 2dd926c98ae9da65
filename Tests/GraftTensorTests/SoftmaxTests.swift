import Foundation
import Testing

@testable import GraftTensor

@Suite struct SoftmaxTests {
  @Test func followsItsDefinition() {
    var generator = RandomGenerator(seed: 91)
    for _ in 0..<40 {
      let tensor = generator.tensor(generator.shape()) * 10
      guard tensor.rank > 0 else { continue }
      let axis = generator.integer(below: tensor.rank)
      let (result, logarithm) = (tensor.softmax(along: axis), tensor.logSoftmax(along: axis - tensor.rank))
      let sums = Tensor<Double>(tensor).exp().sum(along: [axis], keepingAxes: true)
      for position in positions(of: tensor.shape) {
        let x = Double(tensor.broadcastElement(at: position))
        let sum = sums.broadcastElement(at: position)
        // Of 9 exponentials, each with a few ε of error, and the shift x - max with an error of ε/2 · 40.
        let epsilon = Double(Float.ulpOfOne)
        let error = Double(result.broadcastElement(at: position)) / (exp(x) / sum) - 1
        #expect(abs(error) <= 40 * epsilon)
        #expect(abs(Double(logarithm.broadcastElement(at: position)) - (x - log(sum))) <= 60 * epsilon)
      }
    }
  }

  @Test func survivesInfinities() {
    let rows = Tensor<Float>([
      [1_000, 1_000, -.infinity], [-.infinity, -.infinity, -.infinity], [.nan, 0, 0],
    ])
    let result = rows.softmax().scalars
    #expect(result.prefix(3) == [0.5, 0.5, 0])
    #expect(result.dropFirst(3).allSatisfy { $0.isNaN })
    #expect(
      rows.transposed().softmax(along: 0).scalars.map(\.isNaN)
        == rows.softmax().transposed().scalars.map(\.isNaN))
    #expect(rows.logSoftmax().scalars[2] == -.infinity)
  }

  /// The one-pass pullbacks against the formulas in double precision.
  @Test func pullbacksFollowTheirFormulas() {
    var generator = RandomGenerator(seed: 92)
    let x = generator.tensor([5, 11]) * 3
    let g = generator.tensor([5, 11])
    let (y, gradient) = (Tensor<Double>(x).softmax(), Tensor<Double>(g))
    let plain = y * (gradient - (gradient * y).sum(along: [1], keepingAxes: true))
    let logarithm = gradient - y * gradient.sum(along: [1], keepingAxes: true)
    // Numbers of magnitude 2 or less, sums of 11 of them.
    let tolerance = 100 * Double(Float.ulpOfOne)
    #expect(
      Tensor<Double>(x.softmax().softmaxPullback(g, logarithm: false))
        .isClose(to: plain, relative: 0, absolute: tolerance))
    #expect(
      Tensor<Double>(x.logSoftmax().softmaxPullback(g, logarithm: true))
        .isClose(to: logarithm, relative: 0, absolute: tolerance))
  }

  /// Central differences in double precision, exact to about step² = 1e-8 and ε / step = 1e-12 here.
  @Test(arguments: DerivativeKernel.allCases)
  func derivativesFollowTheirFunctions(kernel: DerivativeKernel) {
    let function: ElementwiseFunction
    switch kernel {
    case .relu: function = .relu
    case .gelu: function = .gelu
    case .geluTanh: function = .geluTanh
    case .silu: function = .silu
    case .softplus: function = .softplus
    case .tanhFromResult: function = .tanh
    case .sigmoidFromResult: function = .sigmoid
    }
    var generator = RandomGenerator(seed: 93)
    let x = generator.tensor([9, 7])
    let g = generator.tensor([9, 7])
    let isFromResult = kernel == .tanhFromResult || kernel == .sigmoidFromResult
    let y = x.map { Float(function(Double($0))) }
    var result = g
    result.pullBack(through: kernel, at: isFromResult ? y : x)
    #expect(result != g, "somebody else's gradient is not changed")
    // A gradient that nobody shares is changed in place, to the same numbers.
    var own = g + 0
    own.pullBack(through: kernel, at: isFromResult ? y : x)
    #expect(own == result)
    for position in positions(of: x.shape) {
      let at = Double(x.broadcastElement(at: position))
      let slope = (function(at + 1e-4) - function(at - 1e-4)) / 2e-4
      let expected = slope * Double(g.broadcastElement(at: position))
      #expect(abs(Double(result.broadcastElement(at: position)) - expected) < 3e-6)
    }
  }
}
