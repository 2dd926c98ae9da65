import GraftTensor
import Testing

@testable import GraftAutograd

@Suite struct CustomOperationTests {
  private func cube(_ x: Variable, factor: Float = 3) -> Variable {
    let value = x.value
    return .custom(value * value * value, inputs: [x]) { gradient in [gradient * factor * value * value] }
  }

  private func productAndStop(_ a: Variable, _ b: Variable) -> Variable {
    let other = b.value
    return .custom(a.value * other, inputs: [a, b]) { gradient in [gradient * other, nil] }
  }

  @Test func takesPartInDifferentiation() {
    let x = Tensor<Float>([0.5, -1, 2])
    let report = gradientCheck(at: [x]) { cube($0[0].sin()) }
    #expect(report.passed, "\(report)")
  }

  @Test func nilMeansNoGradient() {
    let (a, b) = (Leaf([2]), Leaf([3]))
    let gradients = valueAndGradients { productAndStop(a.variable, b.variable).sum() }.gradients
    #expect(gradients[a] == Tensor([3]))
    #expect(gradients[b] == nil)
  }

  @Test func theCheckFindsAWrongFactor() {
    let report = gradientCheck(at: [Tensor([0.5, -1, 2])]) { cube($0[0], factor: 3.05) }
    #expect(!report.passed)
    #expect(report.argument == 0 && report.element == 2)
    #expect(abs(report.maximumError - 0.05 / 3) < 1e-3)
  }

  @Test func theCheckFindsAGradientThatIsMissing() {
    let report = gradientCheck(at: [Tensor([1]), Tensor([2])]) { productAndStop($0[0], $0[1]) }
    #expect(!report.passed && report.argument == 1 && report.analytic == 0)
  }

  @Test func theCheckFindsNaN() {
    let report = gradientCheck(at: [Tensor([1, 2, 3])]) { x in
      .custom(x[0].value, inputs: [x[0]]) { _ in [Tensor([1, .nan, 1])] }
    }
    #expect(!report.passed)
  }

  @Test func theCheckOfNothingDoesNotPass() {
    #expect(!gradientCheck(at: [], of: { _ in Variable(Tensor(1)) }).passed)
  }

  @Test func aGradientOfAnotherShapeTraps() async {
    await #expect(processExitsWith: .failure) {
      let x = Leaf([1, 2])
      _ = valueAndGradients { Variable.custom(Tensor(1), inputs: [x.variable]) { gradient in [gradient] } }
    }
  }
}
