import CGraftKernels
import Testing

@testable import GraftTensor

@Suite struct WinogradTests {
  /// Everything that can be done by Winograd's filtering is, in pieces of several sizes, on every instruction set.
  @Test(arguments: 0..<24, TableUnderTest.all) func equalsTheDefinition(seed: UInt64, on test: TableUnderTest)
  {
    Kernels.using(test.table) {
      var generator = TestGenerator(seed)
      let (channels, outputs) = (generator.length(1...20), generator.length(1...20))
      let padding = (generator.length(0...3), generator.length(0...3))
      let geometry = Convolution2D(padding: padding)
      let input: Shape = [
        generator.length(1...4), channels, generator.length(3...14), generator.length(3...21),
      ]
      let plan = ConvolutionPlan(
        input: input, weight: [outputs, channels, 3, 3], geometry, operation: "test")
      let (tiles, filters, depth) = [(32, 48, 256), (1, 1, 1), (7, 10, 6), (40, 3, 1000)][Int(seed) % 4]
      let winograd = WinogradBlocking(
        leastChannels: 1, leastTiles: 1, mostWaste: 100, tiles: tiles, gradientTiles: tiles, filters: filters,
        depth: depth)
      let blocking = WindowBlocking(units: seed % 2 == 0 ? 8 : 1)
      let fast = FastConvolution(plan, blocking, winograd: winograd)
      #expect(WinogradProduct(.convolution(plan, blocking), winograd) != nil)

      let (x, w) = (generator.tensor(input), generator.tensor(plan.weightShape))
      let y = generator.tensor(plan.outputShape)
      let bias = generator.length(0...1) == 1 ? generator.tensor([outputs]) : nil
      let exact = Double.convolveReference(
        Tensor<Double>(x), Tensor<Double>(w), bias: bias.map { Tensor<Double>($0) }, plan)
      expectWinograd(
        fast.convolve(x, w, bias: bias), equals: exact, input: x, filters: w,
        offset: (-padding.0, -padding.1),
        bias: bias == nil ? 0 : 1, "\(input), \(geometry)")
      #expect(fast.convolve(x, w, bias: bias, rectifying: true) == fast.convolve(x, w, bias: bias).relu())
      // The gradient is a convolution with the filters turned round and channels exchanged.
      expectWinograd(
        fast.inputGradient(y, w),
        equals: Double.convolutionInputGradientReference(Tensor<Double>(y), Tensor<Double>(w), plan),
        input: y, filters: turned(w), offset: (padding.0 - 2, padding.1 - 2), bias: 0, "\(input), \(geometry)"
      )
      expectFilterGradient(
        fast.weightGradient(x, y),
        equals: Double.convolutionWeightGradientReference(Tensor<Double>(x), Tensor<Double>(y), plan),
        input: x, outputGradient: y, offset: (-padding.0, -padding.1), "\(input), \(geometry)")
    }
  }

  @Test func isNotUsedForOtherWindows() {
    func product(_ weight: Shape, _ geometry: Convolution2D) -> WindowProduct {
      .convolution(
        ConvolutionPlan(input: [4, 64, 24, 24], weight: weight, geometry, operation: "test"), WindowBlocking()
      )
    }
    let usual = WinogradBlocking()
    #expect(WinogradProduct(product([64, 64, 3, 3], Convolution2D()), usual) != nil)
    #expect(WinogradProduct(product([64, 64, 3, 2], Convolution2D()), usual) == nil)
    #expect(WinogradProduct(product([64, 64, 3, 3], Convolution2D(stride: (1, 2))), usual) == nil)
    #expect(WinogradProduct(product([64, 64, 3, 3], Convolution2D(dilation: (2, 1))), usual) == nil)
    #expect(WinogradProduct(product([64, 32, 3, 3], Convolution2D(groups: 2)), usual) == nil)
    #expect(WinogradProduct(product([31, 64, 3, 3], Convolution2D()), usual) == nil)
  }

  /// What `Documentation/Kernels.md` promises: for typical operands the error is a few times that of adding up the products.
  @Test func errorIsSmallForTypicalOperands() {
    var generator = TestGenerator(99)
    let plan = ConvolutionPlan(
      input: [2, 64, 16, 16], weight: [32, 64, 3, 3], Convolution2D(padding: (1, 1)), operation: "test")
    let (x, w) = (generator.tensor(plan.inputShape), generator.tensor(plan.weightShape))
    let exact = Double.convolveReference(Tensor<Double>(x), Tensor<Double>(w), bias: nil, plan)
    #expect(WinogradProduct(.convolution(plan, WindowBlocking()), WinogradBlocking()) != nil)
    let errors = Tensor<Double>(FastConvolution(plan).convolve(x, w, bias: nil)) - exact
    let size = (exact * exact).mean().scalars[0].squareRoot()
    #expect((errors * errors).mean().scalars[0].squareRoot() < 2e-6 * size)
    #expect(errors.abs().scalars.max() ?? 1 < 1.5e-5 * size)
  }

  /// The same for the filters' gradient, whose sums run over the tiles.
  @Test func errorOfFilterGradientIsSmallForTypicalOperands() {
    var generator = TestGenerator(98)
    let plan = ConvolutionPlan(
      input: [4, 32, 16, 16], weight: [32, 32, 3, 3], Convolution2D(padding: (1, 1)), operation: "test")
    let (x, y) = (generator.tensor(plan.inputShape), generator.tensor(plan.outputShape))
    let exact = Double.convolutionWeightGradientReference(Tensor<Double>(x), Tensor<Double>(y), plan)
    #expect(WinogradProduct(.convolution(plan, WindowBlocking()), WinogradBlocking()) != nil)
    let errors = Tensor<Double>(FastConvolution(plan).weightGradient(x, y)) - exact
    let size = (exact * exact).mean().scalars[0].squareRoot()
    #expect((errors * errors).mean().scalars[0].squareRoot() < 2e-6 * size)
    #expect(errors.abs().scalars.max() ?? 1 < 1.5e-5 * size)
  }

  @Test func filterGradientDoesNotDependOnThreads() {
    var generator = TestGenerator(97)
    let plan = ConvolutionPlan(
      input: [3, 70, 13, 15], weight: [50, 70, 3, 3], Convolution2D(padding: (1, 1)), operation: "test")
    let (x, y) = (generator.tensor(plan.inputShape), generator.tensor(plan.outputShape))
    let winograd = WinogradBlocking(gradientTiles: 8)
    func gradient() -> Tensor<Float> { FastConvolution(plan, winograd: winograd).weightGradient(x, y) }
    #expect(ComputeThreads.withCount(1, gradient) == ComputeThreads.withCount(4, gradient))
  }

  /// Filters `[o, c, 3, 3]` as `[c, o, 3, 3]` with rows and columns in reverse.
  private func turned(_ w: Tensor<Float>) -> Tensor<Float> {
    let (outputs, channels) = (w.shape[0], w.shape[1])
    let elements = w.scalars
    var result: [Float] = []
    for c in 0..<channels {
      for o in 0..<outputs {
        for place in 0..<9 { result.append(elements[(o * channels + c) * 9 + 8 - place]) }
      }
    }
    return Tensor(shape: [channels, outputs, 3, 3], scalars: result)
  }
}

private let p = 0.5.squareRoot()
private let q = 2.0.squareRoot()

/// The magnitudes of the transforms' coefficients: Bᵀ, G and Aᵀ for the points 0, ±p, ±q, ∞.
private let inputTransform: [[Double]] = [
  [1, 0, 2.5, 0, 1, 0], [0, 2 * p, 2, p, 1, 0], [0, 2 * p, 2, p, 1, 0], [0, q / 2, 0.5, q, 1, 0],
  [0, q / 2, 0.5, q, 1, 0], [0, 1, 0, 2.5, 0, 1],
]
private let filterTransform: [[Double]] = [
  [1, 0, 0], [1 / 1.5, p / 1.5, 0.5 / 1.5], [1 / 1.5, p / 1.5, 0.5 / 1.5], [1 / 6, q / 6, 2 / 6.0],
  [1 / 6, q / 6, 2 / 6.0], [0, 0, 1],
]
private let outputTransform: [[Double]] = [
  [1, 1, 1, 1, 1, 0], [0, p, p, q, q, 0], [0, 0.5, 0.5, 2, 2, 0], [0, p / 2, p / 2, 2 * q, 2 * q, 1],
]

/// Expects the results of Winograd's filtering to be the sums `exact` up to rounding.
///
/// Each of the steps, two lines of a transform of input, filter and output and the sum over C channels, rounds sums of at
/// most 6, 3, 6 and C products, with coefficients that are rounded too. So each result is off by at most
/// n·u / (1 − n·u) times |Aᵀ|[Σ (|G||w||Gᵀ|) ⊙ (|Bᵀ||x||B|)]|A|, with n = 2·(6 + 3 + 6 + 3) + C, u = 2⁻²⁴ (Barabasz et al., *Error
/// Analysis and Improving the Accuracy of Winograd Convolution for Deep Neural Networks*, 2020); one more for a bias.
private func expectWinograd(
  _ fast: Tensor<Float>, equals exact: Tensor<Double>, input: Tensor<Float>, filters: Tensor<Float>,
  offset: (Int, Int), bias: Double, _ comment: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(fast.shape == exact.shape, sourceLocation: sourceLocation)
  let (x, w) = (input.scalars.map { Double(abs($0)) }, filters.scalars.map { Double(abs($0)) })
  let (images, channels, height, width) = (input.shape[0], input.shape[1], input.shape[2], input.shape[3])
  let (outputs, rows, columns) = (fast.shape[1], fast.shape[2], fast.shape[3])
  let points = (0..<outputs * channels).map { transform(Array(w[$0 * 9..<$0 * 9 + 9]), 3, filterTransform) }
  let relative = 1.01 * Double(36 + channels + 1) * 0x1p-24
  let (results, truth) = (fast.scalars, exact.scalars)
  for image in 0..<images {
    for top in stride(from: 0, to: rows, by: 4) {
      for left in stride(from: 0, to: columns, by: 4) {
        let tiles = (0..<channels).map { channel -> [Double] in
          let tile = (0..<36).map { place -> Double in
            let (y, z) = (top + place / 6 + offset.0, left + place % 6 + offset.1)
            let inside = y >= 0 && y < height && z >= 0 && z < width
            return inside ? x[((image * channels + channel) * height + y) * width + z] : 0
          }
          return transform(tile, 6, inputTransform)
        }
        for output in 0..<outputs {
          var sums = [Double](repeating: 0, count: 36)
          for channel in 0..<channels {
            let filter = points[output * channels + channel]
            for point in 0..<36 { sums[point] += filter[point] * tiles[channel][point] }
          }
          let magnitudes = transform(sums, 6, outputTransform)
          for place in 0..<16 where top + place / 4 < rows && left + place % 4 < columns {
            let index = ((image * outputs + output) * rows + top + place / 4) * columns + left + place % 4
            let error = abs(Double(results[index]) - truth[index])
            if !(error <= relative * (magnitudes[place] + bias)) {
              Issue.record(
                "\(results[index]) is not \(truth[index]): \(comment)", sourceLocation: sourceLocation)
              return
            }
          }
        }
      }
    }
  }
}

/// Expects the gradient of filters by Winograd's filtering to be the sums `exact` up to rounding.
///
/// The steps are those of ``expectWinograd(_:equals:input:filters:offset:bias:_:sourceLocation:)`` in another order: sums of at most 6, 4
/// and 6 products in two directions, coefficients that are rounded, and the sum over T tiles, in parts that are then added. So the bound is
/// n·u / (1 − n·u) times |Gᵀ|[Σ (|A||y||Aᵀ|) ⊙ (|Bᵀ||x||B|)]|G| with n = 2·(6 + 4 + 6 + 3) + T + 1.
private func expectFilterGradient(
  _ fast: Tensor<Float>, equals exact: Tensor<Double>, input: Tensor<Float>, outputGradient: Tensor<Float>,
  offset: (Int, Int), _ comment: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(fast.shape == exact.shape, sourceLocation: sourceLocation)
  let (x, y) = (input.scalars.map { Double(abs($0)) }, outputGradient.scalars.map { Double(abs($0)) })
  let (images, channels, height, width) = (input.shape[0], input.shape[1], input.shape[2], input.shape[3])
  let (outputs, rows, columns) = (outputGradient.shape[1], outputGradient.shape[2], outputGradient.shape[3])
  let (results, truth) = (fast.scalars, exact.scalars)
  var sums = [[Double]](repeating: [Double](repeating: 0, count: 36), count: outputs * channels)
  var tileCount = 0
  for image in 0..<images {
    for top in stride(from: 0, to: rows, by: 4) {
      for left in stride(from: 0, to: columns, by: 4) {
        tileCount += 1
        func points(
          _ values: [Double], _ plane: Int, _ size: (Int, Int), _ corner: (Int, Int), _ side: Int,
          _ t: [[Double]]
        ) -> [Double] {
          let tile = (0..<side * side).map { place -> Double in
            let (row, column) = (corner.0 + place / side, corner.1 + place % side)
            let inside = row >= 0 && row < size.0 && column >= 0 && column < size.1
            return inside ? values[(plane * size.0 + row) * size.1 + column] : 0
          }
          return transform(tile, side, t)
        }
        let inputs = (0..<channels).map {
          points(
            x, image * channels + $0, (height, width), (top + offset.0, left + offset.1), 6, inputTransform)
        }
        for output in 0..<outputs {
          let gradient = points(
            y, image * outputs + output, (rows, columns), (top, left), 4, transposed(outputTransform))
          for channel in 0..<channels {
            for point in 0..<36 {
              sums[output * channels + channel][point] += gradient[point] * inputs[channel][point]
            }
          }
        }
      }
    }
  }
  let relative = 1.01 * Double(39 + tileCount) * 0x1p-24
  for (pair, sum) in sums.enumerated() {
    let magnitudes = transform(sum, 6, transposed(filterTransform))
    for tap in 0..<9 {
      let index = pair * 9 + tap
      if !(abs(Double(results[index]) - truth[index]) <= relative * magnitudes[tap]) {
        Issue.record("\(results[index]) is not \(truth[index]): \(comment)", sourceLocation: sourceLocation)
        return
      }
    }
  }
}

private func transposed(_ matrix: [[Double]]) -> [[Double]] {
  (0..<matrix[0].count).map { column in matrix.map { $0[column] } }
}

/// T · m · Tᵀ for a square matrix of the given size in row-major order.
private func transform(_ matrix: [Double], _ size: Int, _ t: [[Double]]) -> [Double] {
  let half = t.flatMap { row in
    (0..<size).map { j in (0..<size).reduce(0) { $0 + row[$1] * matrix[$1 * size + j] } }
  }
  return (0..<t.count).flatMap { i in
    t.map { row in (0..<size).reduce(0) { $0 + row[$1] * half[i * size + $1] } }
  }
}
