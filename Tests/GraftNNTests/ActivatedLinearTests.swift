import GraftAutograd
import GraftTensor
import Testing

@testable import GraftNN

/// A linear layer and the activation behind it, done as one.
@Suite struct ActivatedLinearTests {
  private let layer: Linear
  private let input: Parameter

  init() {
    var generator = RandomGenerator(seed: 12)
    layer = Linear(19, 23, using: &generator)
    input = Parameter(.normal([3, 7, 19], using: &generator))
  }

  private static func separate(_ activation: Activation) -> any FusableActivation {
    switch activation {
    case .relu: return ReLU()
    case .gelu: return GELU()
    case .geluTanh: return GELU(.tanh)
    case .silu: return SiLU()
    case .tanh: return Tanh()
    case .sigmoid: return Sigmoid()
    }
  }

  /// Both ways add up the same products in the same order and apply the same formulas; a compiler may fuse other pairs of a
  /// product and a sum, an ulp or two of results up to 4: 10⁻⁶.
  private func expectClose(
    _ fused: Tensor<Float>?, _ apart: Tensor<Float>?, _ what: String, tolerance: Float = 1e-6
  ) {
    guard let fused, let apart else {
      Issue.record("\(what) is missing")
      return
    }
    #expect(fused.shape == apart.shape)
    #expect((fused - apart).abs().max().scalar <= tolerance, "\(what)")
  }

  @Test(arguments: Activation.allCases) func equalsTheTwoLayers(activation: Activation) {
    let function = Self.separate(activation)
    #expect(function.activation == activation)
    let apart = function(layer(Variable(input.value))).value
    expectClose(layer.activated(Variable(input.value), by: activation).value, apart, "the result")
    // The activation does something.
    #expect((apart - layer(Variable(input.value)).value).abs().max().scalar > 0.1)
  }

  @Test(arguments: Activation.allCases) func hasTheGradientsOfTheTwoLayers(activation: Activation) throws {
    let function = Self.separate(activation)
    let bias = try #require(layer.bias)
    // Squares, so that the gradient differs from element to element.
    let apart = valueAndGradients { function(layer(input.variable)).square().sum() }.gradients
    let fused = valueAndGradients { layer.activated(input.variable, by: activation).square().sum() }.gradients
    #expect(fused.count == 3)
    for (name, parameter) in [("input", input), ("weight", layer.weight), ("bias", bias)] {
      // Sums of up to 21 terms of magnitude up to 10, each with an error of an ulp or two.
      expectClose(fused[parameter], apart[parameter], "the gradient of the \(name)", tolerance: 4e-5)
    }
  }

  /// Without ReLU, whose kink some argument may be near.
  @Test(arguments: Activation.allCases.filter { $0 != .relu })
  func gradientsAreThoseOfCentralDifferences(activation: Activation) {
    var generator = RandomGenerator(seed: 13)
    let arguments: [Tensor<Float>] = [
      .normal([4, 5], using: &generator), .normal([3, 5], using: &generator),
      .normal([3], using: &generator),
    ]
    let report = gradientCheck(at: arguments) { x in
      x[0].linear(weight: x[1], bias: x[2], activation: activation.fused)
    }
    #expect(report.passed, "\(report)")
  }

  @Test func frozenPartsGetNoGradient() {
    layer.weight.isTrainable = false
    let gradients = valueAndGradients { layer.activated(input.variable, by: .gelu).sum() }.gradients
    #expect(gradients[layer.weight] == nil && gradients[input] != nil && gradients.count == 2)
    input.isTrainable = false
    let bias = valueAndGradients { layer.activated(input.variable, by: .gelu).sum() }.gradients
    #expect(bias.count == 1)
  }

  @Test func sequentialEqualsItsLayers() {
    var generator = RandomGenerator(seed: 14)
    let last = Linear(23, 2, using: &generator)
    let network = Sequential([layer, GELU(), ReLU(), last, Tanh()])
    let x = Variable(input.value)
    let apart = Tanh()(last(ReLU()(GELU()(layer(x))))).value
    expectClose(network(x).value, apart, "the result")
  }

  @Test func trapsWhereTheInputDoesNotFit() async {
    await #expect(processExitsWith: .failure) {
      var generator = RandomGenerator(seed: 1)
      let layer = Linear(3, 2, using: &generator)
      _ = layer.activated(Variable(Tensor([1, 2])), by: .relu)
    }
  }
}
