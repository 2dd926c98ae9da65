import CGraftKernels
import GraftTensor
import Testing

@Suite struct KernelsOptimizerTests {
  private func floats(_ bits: [UInt32]) -> [Float] { bits.map(Float.init(bitPattern:)) }

  private var gradients: [[Float]] {
    [OptimizerFixture.gradient0, OptimizerFixture.gradient1, OptimizerFixture.gradient2].map(floats)
  }

  /// With fused multiply-adds the operations are PyTorch's one by one and so are the bits. Without, each of the three
  /// steps rounds up to ten times more; parameters are at most 4, so ten units of 2^-22 cover it generously, against steps of
  /// 10^-2 and more.
  private func check(_ parameter: [Float], _ expected: [UInt32], _ under: TableUnderTest) {
    if under.kernels.instruction_set == GRAFT_BASELINE {
      for (a, b) in zip(parameter, floats(expected)) { #expect(abs(a - b) <= 10 * 0x1p-22) }
    } else {
      #expect(parameter.map(\.bitPattern) == expected)
    }
  }

  private func adam(
    _ under: TableUnderTest, rate: Double, beta1: Double, beta2: Double, epsilon: Double, decay: Double,
    decoupled: Bool
  ) -> [Float] {
    var parameter = floats(OptimizerFixture.start)
    var first = [Float](repeating: 0, count: parameter.count)
    var second = first
    var power1 = 1.0
    var power2 = 1.0
    for gradient in gradients {
      power1 *= beta1
      power2 *= beta2
      var settings = graft_adam(
        step_size: rate / (1 - power1), beta1: beta1, beta2: beta2, epsilon: epsilon,
        bias2_sqrt: (1 - power2).squareRoot(), decoupled_decay: decoupled ? rate * decay : 0,
        l2_decay: decoupled ? 0 : decay)
      under.kernels.adam_step(&parameter, gradient, &first, &second, parameter.count, &settings)
    }
    return parameter
  }

  private func sgd(
    _ under: TableUnderTest, rate: Double, momentum: Double, dampening: Double, decay: Double, nesterov: Bool
  ) -> [Float] {
    var parameter = floats(OptimizerFixture.start)
    // The first step must not read what is in the buffer.
    var buffer = [Float](repeating: .nan, count: parameter.count)
    for (step, gradient) in gradients.enumerated() {
      var settings = graft_sgd(
        learning_rate: rate, momentum: momentum, dampening: dampening, decay: decay,
        nesterov: nesterov ? 1 : 0, first: step == 0 ? 1 : 0)
      under.kernels.sgd_step(&parameter, gradient, &buffer, parameter.count, &settings)
    }
    return parameter
  }

  @Test(arguments: TableUnderTest.all) func adamAgreesWithPyTorch(_ under: TableUnderTest) {
    let parameter = adam(
      under, rate: 1e-2, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0.01, decoupled: false)
    check(parameter, OptimizerFixture.adam, under)
  }

  @Test(arguments: TableUnderTest.all) func adamWAgreesWithPyTorch(_ under: TableUnderTest) {
    let parameter = adam(
      under, rate: 1e-2, beta1: 0.3, beta2: 0.99, epsilon: 1e-6, decay: 0.1, decoupled: true)
    check(parameter, OptimizerFixture.adamW, under)
  }

  @Test(arguments: TableUnderTest.all) func sgdAgreesWithPyTorch(_ under: TableUnderTest) {
    let parameter = sgd(under, rate: 0.1, momentum: 0.9, dampening: 0.25, decay: 0.01, nesterov: false)
    check(parameter, OptimizerFixture.sgd, under)
    let nesterov = sgd(under, rate: 0.1, momentum: 0.9, dampening: 0, decay: 0, nesterov: true)
    check(nesterov, OptimizerFixture.nesterov, under)
  }

  @Test(arguments: TableUnderTest.all) func sgdNeedsNoBufferWithoutMomentum(_ under: TableUnderTest) {
    var parameter: [Float] = [1, 2, 3, 4, 5]
    var settings = graft_sgd(learning_rate: 0.5, momentum: 0, dampening: 0, decay: 0, nesterov: 0, first: 0)
    under.kernels.sgd_step(&parameter, [2, 2, 2, 2, 4], nil, 5, &settings)
    #expect(parameter == [0, 1, 2, 3, 3])
  }
}
