import CGraftKernels
import GraftTensor
import Testing

@Suite struct KernelsEpilogueTests {
  /// One product of each way that `gemm` knows.
  private static let sizes = [
    (m: 3, n: 7, k: 5), (m: 2, n: 37, k: 20), (m: 11, n: 40, k: 9), (m: 61, n: 45, k: 70),
    (m: 45, n: 61, k: 70),
    (m: 7, n: 1, k: 40), (m: 50, n: 43, k: 0), (m: 40, n: 38, k: 300),
  ]

  @Test(arguments: TableUnderTest.all, FusedActivation.allCases)
  func agreesWithReference(_ under: TableUnderTest, _ activation: FusedActivation) {
    Kernels.using(under.table) {
      for (index, size) in Self.sizes.enumerated() {
        for transposed in [false, true] {
          check(size, activation, transposed: transposed, seed: UInt64(index))
        }
      }
    }
  }

  private func check(
    _ size: (m: Int, n: Int, k: Int), _ activation: FusedActivation, transposed: Bool, seed: UInt64
  ) {
    let (m, n, k) = size
    var generator = TestGenerator(seed)
    let a = generator.floats(m * k)
    let b = generator.floats(k * n)
    let (rowBias, columnBias) = (generator.floats(m), generator.floats(n))
    let row = n + 3
    let residual = generator.floats(m * row)
    let start = generator.floats(m * row)
    let accumulate = seed % 2 == 1
    // Each combination of terms comes up for some size.
    let terms = Int(seed)

    typealias Product = (
      Int, Int, Int, UnsafePointer<Float>, Int, Int, UnsafePointer<Float>, Int, Int,
      UnsafeMutablePointer<Float>, Int,
      Bool, Epilogue?
    ) -> Void
    func run(_ product: Product) -> (c: [Float], before: [Float]) {
      var (c, before) = (start, start)
      rowBias.withUnsafeBufferPointer { rowBias in
        columnBias.withUnsafeBufferPointer { columnBias in
          residual.withUnsafeBufferPointer { residual in
            before.withUnsafeMutableBufferPointer { before in
              var epilogue = Epilogue(activation: activation)
              if terms & 1 == 0 { epilogue.rowBias = rowBias.baseAddress }
              if terms & 2 == 0 { epilogue.columnBias = columnBias.baseAddress }
              if terms & 4 == 0 {
                (epilogue.residual, epilogue.residualRowStride) = (residual.baseAddress, row)
              }
              (epilogue.preactivation, epilogue.preactivationRowStride) = (before.baseAddress, row)
              product(
                m, n, k, a, k, 1, b, transposed ? 1 : n, transposed ? k : 1, &c, row, accumulate, epilogue)
            }
          }
        }
      }
      return (c, before)
    }
    let fast = run {
      gemm(
        m: $0, n: $1, k: $2, a: $3, aRowStride: $4, aColumnStride: $5, b: $6, bRowStride: $7,
        bColumnStride: $8,
        c: $9, cRowStride: $10, accumulate: $11, epilogue: $12)
    }
    let reference = run {
      gemmReference(
        m: $0, n: $1, k: $2, a: $3, aRowStride: $4, aColumnStride: $5, b: $6, bRowStride: $7,
        bColumnStride: $8,
        c: $9, cRowStride: $10, accumulate: $11, epilogue: $12)
    }
    // The product's tolerance (see ProductCase) and a rounding of each term for z, whose size stays below 40. No activation
    // is steeper than 1.13, and each is exact to 4 units in the last place of z.
    let tolerance = Float(k + 5) * 2 * 0x1p-24
    for (x, y) in zip(fast.before, reference.before) { #expect(abs(x - y) <= tolerance) }
    for ((x, y), z) in zip(zip(fast.c, reference.c), reference.before) {
      #expect(
        abs(x - y) <= 1.13 * tolerance + 4 * 0x1p-23 * abs(z), "\(size) \(activation) \(x) instead of \(y)")
    }
  }

  @Test(arguments: TableUnderTest.all) func sameBitsWithAnyNumberOfThreads(_ under: TableUnderTest) {
    Kernels.using(under.table) {
      for (m, n, k) in [(200, 190, 300), (60, 250, 200), (12, 1000, 100), (600, 20, 300)] {
        var generator = TestGenerator(5)
        let a = Tensor(shape: [m, k], scalars: generator.floats(m * k))
        let w = Tensor(shape: [n, k], scalars: generator.floats(n * k))
        let bias = Tensor(shape: [n], scalars: generator.floats(n))
        func product(threads: Int) -> Tensor<Float> {
          ComputeThreads.withCount(threads) { a.linear(weight: w, bias: bias, activation: .gelu).output }
        }
        let one = product(threads: 1)
        #expect(product(threads: 2) == one)
        #expect(product(threads: 5) == one)
      }
    }
  }

  @Test func linearLayerIsProductBiasResidualActivation() {
    var generator = TestGenerator(9)
    let x = Tensor(shape: [9, 20], scalars: generator.floats(180))
    let w = Tensor(shape: [21, 20], scalars: generator.floats(420))
    let bias = Tensor(shape: [21], scalars: generator.floats(21))
    let residual = Tensor(shape: [21, 9], scalars: generator.floats(189)).transposed()
    let (output, before) = x.linear(
      weight: w, bias: bias, residual: residual, activation: .relu, keepsPreactivation: true)
    let expected = x.matmul(w.transposed()) + bias + residual
    #expect(before == expected)
    #expect(output == expected.relu())
    #expect(x.linear(weight: w).output == x.matmul(w.transposed()))
    #expect(x.linear(weight: w).preactivation == nil)
  }
}
