import Testing

@testable import GraftTensor

/// A random convolution: sizes, geometry and groups.
struct ConvolutionCase: CustomStringConvertible {
  var input: Shape
  var weight: Shape
  var geometry: Convolution2D

  init(using generator: inout TestGenerator, largest: Int = 9) {
    let groups = [1, 1, 1, 2, 3][generator.length(0...4)]
    let depthwise = generator.length(0...4) == 0
    let groupChannels = depthwise ? 1 : generator.length(1...4)
    let groupOutputs = generator.length(1...4)
    let kernel = (generator.length(1...4), generator.length(1...4))
    geometry = Convolution2D(
      stride: (generator.length(1...3), generator.length(1...3)),
      padding: (generator.length(0...3), generator.length(0...3)),
      dilation: (generator.length(1...2), generator.length(1...2)), groups: groups)
    // At least as long as the window, whose last element lies dilation · (kernel - 1) beyond its first.
    let height = generator.length(1...largest) + max(0, 2 * (kernel.0 - 1) - 2 * geometry.padding.height)
    let width = generator.length(1...largest) + max(0, 2 * (kernel.1 - 1) - 2 * geometry.padding.width)
    input = [generator.length(0...3), groupChannels * groups, height, width]
    weight = [groupOutputs * groups, groupChannels, kernel.0, kernel.1]
  }

  var description: String { "input \(input), weight \(weight), \(geometry)" }
}

@Suite struct ConvolutionTests {
  @Test func convolvesByTheDefinition() {
    let image = Tensor<Double>(shape: [1, 1, 3, 3], scalars: (1...9).map(Double.init))
    let weight = Tensor<Double>(shape: [1, 1, 2, 2], scalars: [1, 2, 3, 4])
    // 1·1 + 2·2 + 3·4 + 4·5 = 37 and so on.
    #expect(image.convolved(with: weight) == Tensor(shape: [1, 1, 2, 2], scalars: [37, 47, 67, 77]))
    // Windows start at -1 and 1: 4·1; 3·2 + 4·3; 2·4 + 4·7; the last 1·5 + 2·6 + 3·8 + 4·9. Bias 0.5.
    let strided = image.convolved(
      with: weight, bias: Tensor([0.5]), stride: (2, 2), padding: (1, 1))
    #expect(strided == Tensor(shape: [1, 1, 2, 2], scalars: [4.5, 18.5, 36.5, 77.5]))
  }

  @Test(arguments: 0..<60) func adjointsAreAdjoint(seed: UInt64) {
    var generator = TestGenerator(seed)
    let test = ConvolutionCase(using: &generator, largest: 5)
    let (x, w) = (generator.doubles(test.input), generator.doubles(test.weight))
    let output = x.convolved(with: w, test.geometry)
    let y = generator.doubles(output.shape)
    let expected = innerProduct(output, y)
    let inputGradient = Tensor<Double>.convolutionInputGradient(
      y, w, inputShape: test.input, test.geometry)
    let weightGradient = Tensor<Double>.convolutionWeightGradient(
      x, y, weightShape: test.weight, test.geometry)
    expectAgreement(innerProduct(x, inputGradient), expected, "\(test)")
    expectAgreement(innerProduct(w, weightGradient), expected, "\(test)")
  }

  /// Blocks as they are chosen, the smallest, and some between; every instruction set.
  @Test(arguments: 0..<150, TableUnderTest.all) func fastEqualsReference(
    seed: UInt64, on test: TableUnderTest
  ) {
    Kernels.using(test.table) { compareWithReference(seed: seed) }
  }

  private func compareWithReference(seed: UInt64) {
    var generator = TestGenerator(seed)
    let test = ConvolutionCase(using: &generator)
    let plan = ConvolutionPlan(input: test.input, weight: test.weight, test.geometry, operation: "test")
    let blocking = [
      WindowBlocking(), WindowBlocking(depth: 1, positions: 1, units: 1),
      WindowBlocking(depth: 20, positions: 40, units: 100),
      WindowBlocking(depth: 9, positions: 17, units: 3),
    ][Int(seed) % 4]
    let fast = FastConvolution(plan, blocking, isDirect: false)

    let (x, w) = (generator.tensor(test.input), generator.tensor(test.weight))
    let y = generator.tensor(plan.outputShape)
    let bias = generator.length(0...1) == 1 ? generator.tensor([plan.outputs]) : nil
    let (exactX, exactW, exactY) = (Tensor<Double>(x), Tensor<Double>(w), Tensor<Double>(y))
    let exactBias = bias.map { Tensor<Double>($0) }
    let comment = "\(test), \(blocking)"

    let terms = plan.weightShape.dropFirst().reduce(1, *)
    expectSums(
      fast.convolve(x, w, bias: bias),
      equal: Double.convolveReference(exactX, exactW, bias: exactBias, plan),
      magnitudes: Double.convolveReference(exactX.abs(), exactW.abs(), bias: exactBias?.abs(), plan),
      terms: terms + 1, comment)
    #expect(
      fast.convolve(x, w, bias: bias, rectifying: true) == fast.convolve(x, w, bias: bias).relu(),
      "\(comment)")
    expectSums(
      fast.inputGradient(y, w), equal: Double.convolutionInputGradientReference(exactY, exactW, plan),
      magnitudes: Double.convolutionInputGradientReference(exactY.abs(), exactW.abs(), plan),
      terms: plan.outputs * plan.kernelHeight * plan.kernelWidth, comment)
    expectSums(
      fast.weightGradient(x, y), equal: Double.convolutionWeightGradientReference(exactX, exactY, plan),
      magnitudes: Double.convolutionWeightGradientReference(exactX.abs(), exactY.abs(), plan),
      terms: plan.batch * plan.outputHeight * plan.outputWidth, comment)
  }

  /// More images than there are parts, so that parts have several.
  @Test func sumsWeightGradientsOverManyImages() {
    var generator = TestGenerator(5)
    let (x, y) = (generator.tensor([37, 2, 3, 4]), generator.tensor([37, 3, 2, 4]))
    let plan = ConvolutionPlan(input: x.shape, weight: [3, 2, 2, 1], Convolution2D(), operation: "test")
    let (exactX, exactY) = (Tensor<Double>(x), Tensor<Double>(y))
    expectSums(
      FastConvolution(plan, WindowBlocking(positions: 1)).weightGradient(x, y),
      equal: Double.convolutionWeightGradientReference(exactX, exactY, plan),
      magnitudes: Double.convolutionWeightGradientReference(exactX.abs(), exactY.abs(), plan), terms: 37 * 8,
      "\(plan)")
  }

  /// A network's usual windows, which take ways of their own: 1×1, and operands that are views.
  @Test func fastEqualsReferenceForViews() {
    var generator = TestGenerator(3)
    let x = generator.tensor([9, 3, 9, 2]).permuted([3, 1, 2, 0])
    let w = generator.tensor([3, 4, 1, 1]).transposed(0, 1)
    let exact = Tensor<Double>(x).convolved(with: Tensor<Double>(w))
    expectSums(
      x.convolved(with: w), equal: exact, magnitudes: Tensor<Double>.ones(exact.shape) * 3, terms: 3, "1×1")
  }

  @Test(
    arguments: [
      ([5, 6, 17, 16], [7, 6, 3, 3]), ([1, 64, 20, 20], [32, 64, 3, 3]), ([9, 8, 5, 5], [600, 8, 11, 10]),
    ] as [(Shape, Shape)]) func doesNotDependOnThreads(input: Shape, weight: Shape)
  {
    var generator = TestGenerator(4)
    let geometry = Convolution2D(padding: (5, 5))
    let (x, w) = (generator.tensor(input), generator.tensor(weight))
    func results() -> [Tensor<Float>] {
      let output = x.convolved(with: w, geometry)
      return [
        output, Tensor.convolutionInputGradient(output, w, inputShape: input, geometry),
        Tensor.convolutionWeightGradient(x, output, weightShape: weight, geometry),
      ]
    }
    let one = ComputeThreads.withCount(1) { results() }
    for threads in [2, 3, 8] { #expect(ComputeThreads.withCount(threads) { results() } == one) }
  }

  @Test func addsBiasOfEmptyKernelSums() {
    // Every window lies in the padding alone but one.
    let output = Tensor<Float>.ones([1, 1, 1, 1]).convolved(
      with: .ones([2, 1, 1, 1]), bias: Tensor([1, 2]), padding: (1, 1))
    #expect(
      output == Tensor(shape: [1, 2, 3, 3], scalars: [1, 1, 1, 1, 2, 1, 1, 1, 1, 2, 2, 2, 2, 3, 2, 2, 2, 2]))
  }

  @Test func trapsIfTheWindowDoesNotFit() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<Float>.zeros([1, 1, 2, 2]).convolved(with: .zeros([1, 1, 5, 1]), padding: (1, 0))
    }
    #expect(result.message.contains("convolved: the window of weight [1, 1, 5, 1]"))
    #expect(result.message.contains("input [1, 1, 2, 2]"))
  }

  @Test func trapsIfChannelsDiffer() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<Float>.zeros([1, 3, 2, 2]).convolved(with: .zeros([1, 2, 1, 1]))
    }
    #expect(result.message.contains("convolved: the channels of input [1, 3, 2, 2] and weight [1, 2, 1, 1]"))
  }
}
