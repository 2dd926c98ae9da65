import Testing

@testable import GraftTensor

/// A random pooling window and an image that it fits into.
struct PoolingCase: CustomStringConvertible {
  var input: Shape
  var geometry: Pooling2D

  init(using generator: inout TestGenerator) {
    let kernel = (generator.length(1...4), generator.length(1...4))
    geometry = Pooling2D(
      kernel: kernel, stride: (generator.length(1...4), generator.length(1...4)),
      padding: (generator.length(0...(kernel.0 / 2)), generator.length(0...(kernel.1 / 2))),
      ceilMode: generator.length(0...1) == 1)
    input = [
      generator.length(0...2), generator.length(1...3), generator.length(0...8) + kernel.0,
      generator.length(0...8) + kernel.1,
    ]
  }

  var description: String { "input \(input), \(geometry)" }
}

@Suite struct PoolingTests {
  private static let image = Tensor<Float>(shape: [1, 1, 4, 4], scalars: (1...16).map(Float.init))

  @Test func takesTheGreatest() {
    let (values, indices) = Self.image.maxPooled(Pooling2D(kernel: (2, 2)))
    #expect(values == Tensor(shape: [1, 1, 2, 2], scalars: [6, 8, 14, 16]))
    #expect(indices == Tensor<Int32>(shape: [1, 1, 2, 2], scalars: [5, 7, 13, 15]))
  }

  @Test func firstOfEqualsAndNaNWin() {
    let image = Tensor<Float>(shape: [1, 1, 1, 6], scalars: [3, 3, .nan, 1, -.infinity, -.infinity])
    let (values, indices) = image.maxPooled(Pooling2D(kernel: (1, 2)))
    #expect(indices == Tensor<Int32>(shape: [1, 1, 1, 3], scalars: [0, 2, 4]))
    #expect(values.element(0, 0, 0, 0) == 3)
    #expect(values.element(0, 0, 0, 1).isNaN)
    #expect(values.element(0, 0, 0, 2) == -.infinity)
  }

  @Test func paddingIsSmallerThanAnything() {
    let image = Tensor<Float>(repeating: -5, shape: [1, 1, 2, 2])
    let (values, _) = image.maxPooled(Pooling2D(kernel: (3, 3), stride: (1, 1), padding: (1, 1)))
    #expect(values == Tensor(repeating: -5, shape: [1, 1, 2, 2]))
  }

  @Test func ceilModeKeepsWindowsThatStartInside() {
    let line = Tensor<Float>(shape: [1, 1, 1, 5], scalars: [1, 2, 3, 4, 5])
    func width(_ geometry: Pooling2D) -> Int { line.maxPooled(geometry).values.shape[3] }
    #expect(width(Pooling2D(kernel: (1, 2), ceilMode: false)) == 2)
    #expect(width(Pooling2D(kernel: (1, 2), ceilMode: true)) == 3)
    // Rounding up would give a fourth window that starts at 6 - 1 = 5, beyond the image.
    #expect(width(Pooling2D(kernel: (1, 2), stride: (1, 2), padding: (0, 1), ceilMode: true)) == 3)
    #expect(width(Pooling2D(kernel: (1, 6), stride: (1, 2), ceilMode: true)) == 1)
  }

  @Test func averagesCountPaddingOrNot() {
    let ones = Tensor<Float>.ones([1, 1, 2, 2])
    let geometry = Pooling2D(kernel: (2, 2), stride: (2, 2), padding: (1, 1))
    #expect(ones.averagePooled(geometry) == Tensor(repeating: 0.25, shape: [1, 1, 2, 2]))
    #expect(ones.averagePooled(geometry, countingPadding: false) == Tensor.ones([1, 1, 2, 2]))
    // What a last window covers beyond the padding counts in neither case.
    let line = Tensor<Float>.ones([1, 1, 1, 3])
    #expect(line.averagePooled(Pooling2D(kernel: (1, 2), ceilMode: true)) == Tensor.ones([1, 1, 1, 2]))
  }

  @Test func adaptiveWindowsOverlapWhereTheDivisionLeavesARest() {
    let line = Tensor<Float>(shape: [1, 1, 1, 5], scalars: [1, 2, 3, 4, 5])
    // 0..<2, 1..<4, 3..<5.
    #expect(line.adaptiveAveragePooled(to: (1, 3)) == Tensor(shape: [1, 1, 1, 3], scalars: [1.5, 3, 4.5]))
    #expect(line.adaptiveAveragePooled(to: (2, 1)) == Tensor(shape: [1, 1, 2, 1], scalars: [3, 3]))
    #expect(Self.image.adaptiveAveragePooled(to: (1, 1)) == Tensor(shape: [1, 1, 1, 1], scalars: [8.5]))
  }

  @Test(arguments: 0..<60) func adjointsAreAdjoint(seed: UInt64) {
    var generator = TestGenerator(seed)
    let test = PoolingCase(using: &generator)
    let x = generator.doubles(test.input)
    let (values, indices) = x.maxPooled(test.geometry)
    let y = generator.doubles(values.shape)
    let maxGradient = Tensor<Double>.maxPoolInputGradient(y, indices: indices, inputShape: test.input)
    // Linear where the same places stay the greatest.
    expectAgreement(innerProduct(x, maxGradient), innerProduct(values, y), "\(test)")
    for counting in [true, false] {
      let output = x.averagePooled(test.geometry, countingPadding: counting)
      let gradient = Tensor<Double>.averagePoolInputGradient(
        y, inputShape: test.input, test.geometry, countingPadding: counting)
      expectAgreement(innerProduct(x, gradient), innerProduct(output, y), "\(test)")
    }
    let size = (generator.length(1...5), generator.length(1...5))
    let output = x.adaptiveAveragePooled(to: size)
    let z = generator.doubles(output.shape)
    let gradient = Tensor<Double>.adaptiveAveragePoolInputGradient(z, inputShape: test.input)
    expectAgreement(innerProduct(x, gradient), innerProduct(output, z), "\(test) to \(size)")
  }

  @Test(arguments: 0..<80) func fastEqualsReference(seed: UInt64) {
    var generator = TestGenerator(seed)
    let test = PoolingCase(using: &generator)
    // Few values, so that there are equals.
    var scalars = (0..<test.input.elementCount).map { _ in Float(generator.length(-3...3)) }
    if scalars.count > 9 { scalars[scalars.count / 2] = .nan }
    let marked = Tensor<Float>(shape: test.input, scalars: scalars)
    let plan = PoolingPlan(input: test.input, test.geometry, operation: "test")
    let (values, indices) = marked.maxPooled(test.geometry)
    let (expectedValues, expectedIndices) = Float.maxPoolReference(marked, plan)
    #expect(indices == expectedIndices, "\(test)")
    #expect(values.scalars.map(\.bitPattern) == expectedValues.scalars.map(\.bitPattern), "\(test)")
    let y = generator.tensor(values.shape)
    // The same additions in the same order.
    #expect(
      Tensor.maxPoolInputGradient(y, indices: indices, inputShape: test.input)
        == Float.maxPoolInputGradientReference(y, indices: indices, inputShape: test.input), "\(test)")

    // A view whose elements do not lie in order, for the averages.
    let x = generator.tensor(test.input.permuted([3, 2, 1, 0])).permuted([3, 2, 1, 0])
    var plans = [true, false].map {
      PoolingPlan(input: test.input, test.geometry, countsPadding: $0, operation: "test")
    }
    for size in [(1, 1), (generator.length(1...5), generator.length(1...5)), (1, test.input[3])] {
      plans.append(PoolingPlan(input: test.input, adaptedTo: size, operation: "test"))
    }
    for plan in plans {
      let exact = Tensor<Double>(x)
      // A window has at most 12 × 12 elements; an element lies under at most 12 × 12 windows.
      expectSums(
        Float.averagePool(x, plan), equal: Double.averagePoolReference(exact, plan),
        magnitudes: Double.averagePoolReference(exact.abs(), plan), terms: 144, "\(test)")
      let z = generator.tensor(plan.outputShape)
      let exactZ = Tensor<Double>(z)
      expectSums(
        Float.averagePoolInputGradient(z, plan),
        equal: Double.averagePoolInputGradientReference(exactZ, plan),
        magnitudes: Double.averagePoolInputGradientReference(exactZ.abs(), plan), terms: 144, "\(test)")
    }
  }

  @Test func trapsIfAnIndexLiesOutside() async {
    await #expect(processExitsWith: .failure) {
      _ = Tensor<Float>.maxPoolInputGradient(
        .ones([1, 1, 1, 1]), indices: Tensor(shape: [1, 1, 1, 1], scalars: [4]), inputShape: [1, 1, 2, 2])
    }
  }

  @Test func trapsIfTheWindowDoesNotFit() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<Float>.zeros([1, 1, 2, 2]).maxPooled(Pooling2D(kernel: (3, 3)))
    }
    #expect(result.message.contains("maxPooled"))
    #expect(result.message.contains("input [1, 1, 2, 2]"))
  }
}
