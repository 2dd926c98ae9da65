import GraftNN
import GraftTensor
import Testing

@Suite struct InitializationTests {
  private let shape: Shape = [64, 32, 3, 5]

  @Test func fanCountsInputsAndOutputs() {
    #expect(shape.fan == Fan(inputs: 32 * 15, outputs: 64 * 15))
    #expect(Shape([10, 7]).fan == Fan(inputs: 7, outputs: 10))
  }

  /// Mean and standard deviation of 30,720 numbers, each within five standard errors: 5/√n = 0.029 of the deviation for the
  /// mean, and for the deviation at most 5/√(2n) = 0.02 of it (normal; less for uniform).
  private func expect(
    _ tensor: Tensor<Float>, deviation: Float, within bound: Float? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(abs(tensor.mean().scalar) <= 0.029 * deviation, sourceLocation: sourceLocation)
    let actual = tensor.variance().scalar.squareRoot()
    #expect(abs(actual / deviation - 1) <= 0.021, sourceLocation: sourceLocation)
    if let bound { #expect(tensor.abs().max().scalar <= bound, sourceLocation: sourceLocation) }
  }

  @Test func deviationsFollowTheFan() {
    var generator = RandomGenerator(seed: 5)
    let inputs = Float(32 * 15)
    let outputs = Float(64 * 15)
    let kaiming = (2 / inputs).squareRoot()
    expect(.kaimingNormal(shape, using: &generator), deviation: kaiming)
    expect(.kaimingUniform(shape, using: &generator), deviation: kaiming, within: kaiming * 1.7321)
    expect(.kaimingNormal(shape, fan: .outputs, using: &generator), deviation: (2 / outputs).squareRoot())
    expect(.kaimingNormal(shape, slope: 1, using: &generator), deviation: (1 / inputs).squareRoot())
    let xavier = (2 / (inputs + outputs)).squareRoot()
    expect(.xavierNormal(shape, gain: 2, using: &generator), deviation: 2 * xavier)
    expect(.xavierUniform(shape, using: &generator), deviation: xavier, within: xavier * 1.7321)
  }

  /// PyTorch's Linear and convolutions: uniform in ±1/√fan-in, so of deviation 1/√(3 · fan-in).
  @Test func layersStartAsInPyTorch() throws {
    var generator = RandomGenerator(seed: 6)
    let linear = Linear(480, 64, using: &generator)
    expect(
      linear.weight.value, deviation: 1 / Float(3 * 480).squareRoot(), within: 1 / Float(480).squareRoot())
    #expect(try #require(linear.bias).value.abs().max().scalar <= 1 / Float(480).squareRoot())
    let convolution = Conv2D(32, 64, kernel: (3, 5), using: &generator)
    expect(
      convolution.weight.value, deviation: 1 / Float(3 * 480).squareRoot(),
      within: 1 / Float(480).squareRoot())
    expect(Embedding(300, 100, using: &generator).weight.value, deviation: 1)
    #expect(Embedding(3, 2, paddingIndex: 1, using: &generator).weight.value.select(1) == .zeros([2]))
  }

  @Test func sameSeedSameBits() {
    var first = RandomGenerator(seed: 9)
    var second = RandomGenerator(seed: 9)
    let one = Linear(5, 3, using: &first)
    #expect(one.fingerprint() == Linear(5, 3, using: &second).fingerprint())
    #expect(one.fingerprint() != Linear(5, 3, using: &second).fingerprint())
  }

  /// Rows (or columns, whichever are fewer) are orthonormal. Each product is a sum of at most 96 terms whose squares add up to 1,
  /// so 1e-5 is more than a hundred roundings.
  @Test(arguments: [[20, 48] as Shape, [48, 20], [31, 31], [8, 4, 3, 2]])
  func orthogonalMatricesAreOrthogonal(_ shape: Shape) {
    var generator = RandomGenerator(seed: 3)
    let tensor = Tensor<Float>.orthogonal(shape, gain: 3, using: &generator)
    #expect(tensor.shape == shape)
    let matrix = tensor.reshaped(to: [shape[0], -1])
    let wide = matrix.shape[0] <= matrix.shape[1] ? matrix : matrix.transposed()
    let product = wide.matmul(wide.transposed()) / 9
    #expect((product - .identity(product.shape[0])).abs().max().scalar <= 1e-5)
  }
}
