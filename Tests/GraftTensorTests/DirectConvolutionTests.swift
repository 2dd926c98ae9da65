import Testing

@testable import GraftTensor

@Suite struct DirectConvolutionTests {
  /// A random convolution in narrow groups; every second one depthwise.
  private func plan(using generator: inout TestGenerator) -> ConvolutionPlan {
    let isDepthwise = generator.length(0...1) == 0
    let groups = generator.length(2...4)
    let (channels, outputs) = isDepthwise ? (1, 1) : (generator.length(1...3), generator.length(1...7))
    // 3×3 windows, moved by one or two, take ways of their own.
    let isUsual = generator.length(0...1) == 0
    let kernel = isUsual ? (3, 3) : (generator.length(1...5), generator.length(1...5))
    let stride = generator.length(1...2)
    let geometry = Convolution2D(
      stride: isUsual ? (stride, stride) : (generator.length(1...3), generator.length(1...3)),
      padding: (generator.length(0...3), generator.length(0...3)),
      dilation: isUsual ? (1, generator.length(1...2)) : (generator.length(1...3), generator.length(1...3)),
      groups: groups)
    func length(_ most: Int, _ kernel: Int, _ padding: Int, _ dilation: Int) -> Int {
      generator.length(1...most) + max(0, dilation * (kernel - 1) - 2 * padding)
    }
    let height = length(11, kernel.0, geometry.padding.height, geometry.dilation.height)
    let width = length(37, kernel.1, geometry.padding.width, geometry.dilation.width)
    return ConvolutionPlan(
      input: [generator.length(1...3), channels * groups, height, width],
      weight: [outputs * groups, channels, kernel.0, kernel.1], geometry, operation: "test")
  }

  @Test(arguments: 0..<120, TableUnderTest.all) func equalsReference(seed: UInt64, on test: TableUnderTest) {
    Kernels.using(test.table) {
      var generator = TestGenerator(seed)
      compareWithReference(plan(using: &generator), using: &generator)
    }
  }

  /// Planes of several strips, of which the last is shorter, and many that are filled together; also if they are narrow.
  @Test(
    arguments: [
      ([2, 2, 131, 300], [2, 1, 3, 3], 1), ([1, 2, 141, 203], [2, 1, 5, 2], 2),
      ([19, 3, 5, 3], [3, 1, 3, 3], 1),
      ([9, 4, 4, 7], [8, 2, 3, 3], 2), ([1, 2, 1100, 2], [2, 1, 3, 3], 1),
    ] as [(Shape, Shape, Int)], TableUnderTest.all)
  func equalsReferenceInStrips(_ sizes: (Shape, Shape, Int), on test: TableUnderTest) {
    var generator = TestGenerator(1)
    let (input, weight, stride) = sizes
    let geometry = Convolution2D(
      stride: (stride, stride), padding: (1, 1), groups: input[1] / weight[1])
    let plan = ConvolutionPlan(input: input, weight: weight, geometry, operation: "test")
    Kernels.using(test.table) { compareWithReference(plan, using: &generator) }
  }

  private func compareWithReference(_ plan: ConvolutionPlan, using generator: inout TestGenerator) {
    let fast = FastConvolution(plan)
    let (x, w) = (generator.tensor(plan.inputShape), generator.tensor(plan.weightShape))
    let y = generator.tensor(plan.outputShape)
    let bias = generator.length(0...1) == 1 ? generator.tensor([plan.outputs]) : nil
    let (exactX, exactW, exactY) = (Tensor<Double>(x), Tensor<Double>(w), Tensor<Double>(y))
    let exactBias = bias.map { Tensor<Double>($0) }
    let comment = "\(plan)"
    expectSums(
      fast.convolve(x, w, bias: bias),
      equal: Double.convolveReference(exactX, exactW, bias: exactBias, plan),
      magnitudes: Double.convolveReference(exactX.abs(), exactW.abs(), bias: exactBias?.abs(), plan),
      terms: plan.filterSize + 1, comment)
    expectSums(
      fast.inputGradient(y, w), equal: Double.convolutionInputGradientReference(exactY, exactW, plan),
      magnitudes: Double.convolutionInputGradientReference(exactY.abs(), exactW.abs(), plan),
      terms: plan.groupOutputs * plan.windowSize, comment)
    // Each lane has its own sum, of no more than a few rows' worth of every image; then the lanes are added up.
    expectSums(
      fast.weightGradient(x, y), equal: Double.convolutionWeightGradientReference(exactX, exactY, plan),
      magnitudes: Double.convolutionWeightGradientReference(exactX.abs(), exactY.abs(), plan),
      terms: plan.batch * plan.outputHeight * plan.outputWidth, comment)
  }

  /// What follows the sums gives the same bits as by itself.
  @Test(arguments: 0..<40, TableUnderTest.all) func finishesAsOneOperationAfterTheOther(
    seed: UInt64, on test: TableUnderTest
  ) {
    Kernels.using(test.table) {
      var generator = TestGenerator(seed)
      let plan = plan(using: &generator)
      let (x, w) = (generator.tensor(plan.inputShape), generator.tensor(plan.weightShape))
      let channels: Shape = [plan.outputs]
      let residual = seed % 2 == 0 ? generator.tensor(plan.outputShape) : nil
      let normalization = ChannelNormalization(
        mean: generator.tensor(channels), variance: generator.tensor(channels).abs(),
        weight: generator.tensor(channels), bias: generator.tensor(channels), epsilon: 0.1,
        rectifying: seed % 4 < 2)
      let bias = generator.tensor(channels)
      let fast = FastConvolution(plan)
      let together = fast.convolve(x, w, bias: bias, normalization: normalization, adding: residual)
      let sums = fast.convolve(x, w, bias: bias)
      #expect(together == normalization.applied(to: sums, adding: residual), "\(plan)")
      let biases = bias.reshaped(to: [1, plan.outputs, 1, 1])
      #expect(sums == fast.convolve(x, w, bias: nil) + biases, "\(plan)")
    }
  }

  /// NaN and infinities reach the results that they take part in and no others, though vectors reach further. (Next to the
  /// border an infinite gradient would meet padding: 0 · ∞ is NaN.)
  @Test(arguments: TableUnderTest.all) func confinesWhatIsNotFinite(on test: TableUnderTest) {
    Kernels.using(test.table) {
      for (width, channels, outputs) in [(3, 1, 1), (11, 1, 1), (5, 2, 3), (18, 2, 4)] {
        let geometry = Convolution2D(padding: (1, 1), groups: 2)
        var generator = TestGenerator(8)
        var x = generator.tensor([2, 2 * channels, 4, width])
        x[1, 0, 1, width - 1] = Tensor(.nan)
        var y = generator.tensor([2, 2 * outputs, 4, width])
        y[0, 1, 2, width / 2] = Tensor(.infinity)
        let plan = ConvolutionPlan(
          input: x.shape, weight: [2 * outputs, channels, 3, 3], geometry, operation: "test")
        let w = generator.tensor(plan.weightShape)
        let fast = FastConvolution(plan)
        func expectSameKinds(_ left: Tensor<Float>, _ right: Tensor<Float>) {
          #expect(left.scalars.map(\.isFinite) == right.scalars.map(\.isFinite), "\(plan)")
        }
        expectSameKinds(fast.convolve(x, w, bias: nil), Float.convolveReference(x, w, bias: nil, plan))
        expectSameKinds(fast.inputGradient(y, w), Float.convolutionInputGradientReference(y, w, plan))
        expectSameKinds(fast.weightGradient(x, y), Float.convolutionWeightGradientReference(x, y, plan))
      }
    }
  }

  @Test(
    arguments: [([5, 24, 17, 16], [24, 1, 3, 3]), ([7, 24, 20, 21], [48, 4, 3, 3])] as [(Shape, Shape)])
  func doesNotDependOnThreads(input: Shape, weight: Shape) {
    var generator = TestGenerator(4)
    let geometry = Convolution2D(stride: (2, 2), padding: (1, 1), groups: input[1] / weight[1])
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
}
