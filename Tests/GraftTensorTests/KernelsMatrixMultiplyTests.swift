import CGraftKernels
import GraftTensor
import Testing

/// A matrix in memory with room around and between its rows, filled with a guard value there.
private struct TestMatrix {
  var storage: [Float]
  let rowStride: Int
  let columnStride: Int
  static let guardValue: Float = 12345

  init(
    _ rows: Int, _ columns: Int, transposed: Bool, padding: Int, step: Int = 1, generator: inout TestGenerator
  ) {
    let inner = ((transposed ? rows : columns) * step) + padding
    (rowStride, columnStride) = transposed ? (step, inner) : (inner, step)
    storage = [Float](repeating: TestMatrix.guardValue, count: inner * (transposed ? columns : rows) + 1)
    for i in 0..<rows {
      for j in 0..<columns {
        storage[i * rowStride + j * columnStride] = Float.random(in: -1...1, using: &generator)
      }
    }
  }
}

private struct ProductCase {
  var m: Int
  var n: Int
  var k: Int
  var aTransposed = false
  var bTransposed = false
  var padding = 0
  var step = 1
  var accumulate = false

  /// Runs one product with `gemm` and with the reference; returns both results.
  func run(_ seed: UInt64) -> (fast: [Float], reference: [Float]) {
    var generator = TestGenerator(seed)
    let a = TestMatrix(m, k, transposed: aTransposed, padding: padding, step: step, generator: &generator)
    let b = TestMatrix(k, n, transposed: bTransposed, padding: padding, step: step, generator: &generator)
    let c = TestMatrix(m, n, transposed: false, padding: padding, generator: &generator)
    var fast = c.storage
    var reference = c.storage
    gemm(
      m: m, n: n, k: k, a: a.storage, aRowStride: a.rowStride, aColumnStride: a.columnStride,
      b: b.storage, bRowStride: b.rowStride, bColumnStride: b.columnStride,
      c: &fast, cRowStride: c.rowStride, accumulate: accumulate)
    gemmReference(
      m: m, n: n, k: k, a: a.storage, aRowStride: a.rowStride, aColumnStride: a.columnStride,
      b: b.storage, bRowStride: b.rowStride, bColumnStride: b.columnStride,
      c: &reference, cRowStride: c.rowStride, accumulate: accumulate)
    return (fast, reference)
  }

  /// Each of the k + 1 additions rounds a partial sum that is at most k + 1, so the error is at most
  /// (k + 1)^2 * 2^-24. That bound is far from tight for random signs, where partial sums are about
  /// sqrt(k / 9) and roundings cancel: the error is then about k / 3 * 2^-24 / sqrt(3). Ten times that, and one
  /// rounding of the result, is still thousands of times smaller than a missing or a wrong term (about 0.3).
  var tolerance: Float { Float(k + 2) * 2 * 0x1p-24 }

  func check(_ seed: UInt64, _ comment: Comment) {
    let (fast, reference) = run(seed)
    // Guard values are in both and have to be equal too.
    let worst = zip(fast, reference).map { abs($0 - $1) }.max() ?? 0
    #expect(worst <= tolerance, comment)
  }
}

@Suite struct KernelsMatrixMultiplyTests {
  @Test(arguments: TableUnderTest.all) func agreesWithReference(_ under: TableUnderTest) {
    var generator = TestGenerator(1)
    let sizes = [1, 2, 3, 5, 6, 7, 8, 13, 14, 15, 16, 17, 24, 31, 33, 47, 50]
    Kernels.using(under.table) {
      for round in 0..<160 {
        let m = sizes.randomElement(using: &generator) ?? 1
        let n = sizes.randomElement(using: &generator) ?? 1
        let k = sizes.randomElement(using: &generator) ?? 1
        let test = ProductCase(
          m: m, n: n, k: k, aTransposed: .random(using: &generator), bTransposed: .random(using: &generator),
          padding: Int.random(in: 0...3, using: &generator),
          step: Int.random(in: 1...4, using: &generator) / 4 + 1,
          accumulate: .random(using: &generator))
        test.check(UInt64(round), "\(test)")
      }
    }
  }

  /// Sizes that cross a block of k, of rows, and of the shared side.
  @Test(arguments: TableUnderTest.all) func agreesAcrossBlocks(_ under: TableUnderTest) {
    Kernels.using(under.table) {
      for (index, test) in [
        ProductCase(m: 37, n: 35, k: 600),
        ProductCase(m: 37, n: 35, k: 289, aTransposed: true, bTransposed: true, accumulate: true),
        ProductCase(m: 290, n: 20, k: 40, bTransposed: true),
        ProductCase(m: 20, n: 330, k: 40, aTransposed: true),
        ProductCase(m: 40, n: 45, k: 256, padding: 2, step: 2),
        // More of k than is packed at once, with many rows and with few.
        ProductCase(m: 40, n: 37, k: 1300, padding: 1),
        ProductCase(m: 37, n: 41, k: 1900, aTransposed: true, accumulate: true),
        // Dot products with either side the longer.
        ProductCase(m: 90, n: 29, k: 130, bTransposed: true),
        ProductCase(m: 29, n: 90, k: 131, bTransposed: true, accumulate: true),
      ].enumerated() {
        test.check(UInt64(index), "\(test)")
      }
    }
  }

  /// More columns than are packed at once: element (i, j) is k (i % 5) (j % 7), exactly, at a few thousand places.
  @Test func agreesAcrossBlocksOfTheSharedSide() {
    let (m, n, k) = (193, 1000, 1153)
    let a = (0..<m * k).map { Float($0 / k % 5) }
    let b = (0..<n * k).map { Float($0 % n % 7) }
    var c = [Float](repeating: -1, count: m * n)
    gemm(
      m: m, n: n, k: k, a: a, aRowStride: k, aColumnStride: 1, b: b, bRowStride: n, bColumnStride: 1,
      c: &c, cRowStride: n, accumulate: false)
    for place in stride(from: 0, to: m * n, by: 97) {
      #expect(c[place] == Float(k * (place / n % 5) * (place % n % 7)))
    }
  }

  @Test(arguments: TableUnderTest.all) func handlesVectors(_ under: TableUnderTest) {
    Kernels.using(under.table) {
      for k in [1, 3, 31, 64, 301] {
        for other in [1, 2, 9, 64, 131] {
          for transposed in [false, true] {
            for accumulate in [false, true] {
              for rows in [1, 2, 3] {
                ProductCase(m: rows, n: other, k: k, bTransposed: transposed, accumulate: accumulate)
                  .check(UInt64(k), "\(rows) rows, n \(other), k \(k)")
              }
              ProductCase(m: other, n: 1, k: k, aTransposed: transposed, padding: 2, accumulate: accumulate)
                .check(UInt64(k), "column, m \(other), k \(k)")
            }
          }
        }
      }
    }
  }

  @Test func emptyProducts() {
    for test in [
      ProductCase(m: 0, n: 5, k: 3), ProductCase(m: 5, n: 0, k: 3), ProductCase(m: 4, n: 5, k: 0, padding: 2),
      ProductCase(m: 4, n: 5, k: 0, accumulate: true), ProductCase(m: 0, n: 0, k: 0),
    ] {
      let (fast, reference) = test.run(3)
      #expect(fast == reference)
    }
  }

  /// NaN and infinity in a row of A reach that row of C and no other, also beside the padding of a panel.
  @Test(arguments: TableUnderTest.all) func nonFiniteValuesStayInTheirRow(_ under: TableUnderTest) {
    Kernels.using(under.table) {
      let (m, n, k) = (45, 43, 40)
      var a = [Float](repeating: 1, count: m * k)
      let b = [Float](repeating: 1, count: k * n)
      a[7 * k + 3] = .nan
      a[9 * k] = .infinity
      var c = [Float](repeating: 0, count: m * n)
      gemm(
        m: m, n: n, k: k, a: a, aRowStride: k, aColumnStride: 1, b: b, bRowStride: n, bColumnStride: 1,
        c: &c, cRowStride: n, accumulate: false)
      for i in 0..<m {
        for j in 0..<n {
          let value = c[i * n + j]
          switch i {
          case 7: #expect(value.isNaN)
          case 9: #expect(value == .infinity)
          default: #expect(value == Float(k))
          }
        }
      }
    }
  }

  @Test(arguments: TableUnderTest.all) func sameBitsWithAnyNumberOfThreads(_ under: TableUnderTest) {
    Kernels.using(under.table) {
      for test in [
        ProductCase(m: 200, n: 190, k: 300), ProductCase(m: 190, n: 200, k: 300, bTransposed: true),
        ProductCase(m: 1, n: 2000, k: 700, bTransposed: true), ProductCase(m: 5, n: 3000, k: 70),
        ProductCase(m: 2, n: 2000, k: 300), ProductCase(m: 30, n: 400, k: 301, bTransposed: true),
        ProductCase(m: 100, n: 150, k: 1300),
      ] {
        var generator = TestGenerator(5)
        let a = TestMatrix(test.m, test.k, transposed: false, padding: 0, generator: &generator)
        let b = TestMatrix(test.k, test.n, transposed: test.bTransposed, padding: 0, generator: &generator)
        func product(threads: Int) -> [Float] {
          var c = [Float](repeating: 0, count: test.m * test.n)
          ComputeThreads.withCount(threads) {
            gemm(
              m: test.m, n: test.n, k: test.k, a: a.storage, aRowStride: a.rowStride, aColumnStride: 1,
              b: b.storage, bRowStride: b.rowStride, bColumnStride: b.columnStride,
              c: &c, cRowStride: test.n, accumulate: false)
          }
          return c
        }
        let one = product(threads: 1)
        #expect(product(threads: 2) == one)
        #expect(product(threads: 5) == one)
      }
    }
  }

  @Test(arguments: [(5, 7, 9, 11), (3, 257, 256, 256)])
  func batchesAgreeWithSingleProducts(_ count: Int, _ m: Int, _ n: Int, _ k: Int) {
    var generator = TestGenerator(8)
    let a = generator.floats(count * m * k)
    let b = generator.floats(count * k * n)
    var single = [Float](repeating: 0, count: count * m * n)
    var batched = single
    for i in 0..<count {
      a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
          single.withUnsafeMutableBufferPointer { c in
            gemm(
              m: m, n: n, k: k, a: a.baseAddress! + i * m * k, aRowStride: k, aColumnStride: 1,
              b: b.baseAddress! + i * k * n, bRowStride: n, bColumnStride: 1,
              c: c.baseAddress! + i * m * n, cRowStride: n, accumulate: false)
          }
        }
      }
    }
    gemmBatched(
      count: count, m: m, n: n, k: k, a: a, aStride: m * k, aRowStride: k, aColumnStride: 1,
      b: b, bStride: k * n, bRowStride: n, bColumnStride: 1, c: &batched, cStride: m * n, cRowStride: n,
      accumulate: false)
    #expect(single == batched)
  }
}
