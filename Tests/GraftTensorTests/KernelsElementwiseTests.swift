import CGraftKernels
import GraftTensor
import Testing

/// Lengths around every vector width, with and without a rest.
private let lengths = [0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 67]

@Suite struct KernelsElementwiseTests {
  private let special: [Float] = [
    0, -0.0, 1, -1, 2.5, -3.25, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, -0x1p-140,
    .greatestFiniteMagnitude, 1e-20,
  ]

  /// Random numbers with special values mixed in.
  private func row(_ count: Int, _ generator: inout TestGenerator) -> [Float] {
    (0..<count).map { _ in
      Int.random(in: 0..<4, using: &generator) == 0
        ? special.randomElement(using: &generator) ?? 0 : Float.random(in: -4...4, using: &generator)
    }
  }

  /// Equal as numbers, or both NaN; zeros of either sign are equal.
  private func same(_ a: [Float], _ b: [Float]) -> Bool {
    zip(a, b).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
  }

  private static func maximum(_ a: Float, _ b: Float) -> Float { a.isNaN || b.isNaN ? .nan : Swift.max(a, b) }
  private static func minimum(_ a: Float, _ b: Float) -> Float { a.isNaN || b.isNaN ? .nan : Swift.min(a, b) }

  /// These are single exactly rounded operations, so the result is the reference's, bit for bit.
  @Test(arguments: TableUnderTest.all) func rowsAgreeWithReference(_ under: TableUnderTest) {
    let table = under.kernels
    typealias Kernel =
      @convention(c) (UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int) -> Void
    let kernels: [(String, Kernel, (Float, Float) -> Float)] = [
      ("add", table.add, { $0 + $1 }), ("sub", table.sub, { $0 - $1 }), ("mul", table.mul, { $0 * $1 }),
      ("div", table.div, { $0 / $1 }), ("max", table.max, Self.maximum), ("min", table.min, Self.minimum),
      ("relu_backward", table.relu_backward, { $0 > 0 ? $1 : 0 }),
    ]
    var generator = TestGenerator(2)
    for (name, kernel, reference) in kernels {
      for count in lengths {
        let a = row(count, &generator)
        let b = row(count, &generator)
        let expected = zip(a, b).map(reference)
        var out = [Float](repeating: 77, count: count + 1)
        kernel(a, b, &out, count)
        #expect(same(out, expected) && out[count] == 77, "\(name) of \(count)")
        var inPlace = b
        inPlace.withUnsafeMutableBufferPointer { kernel(a, $0.baseAddress, $0.baseAddress, count) }
        #expect(same(inPlace, expected), "\(name) of \(count), in place of b")
      }
    }
  }

  @Test(arguments: TableUnderTest.all) func numbersAgreeWithReference(_ under: TableUnderTest) {
    let table = under.kernels
    typealias Kernel =
      @convention(c) (UnsafePointer<Float>?, Float, UnsafeMutablePointer<Float>?, Int) -> Void
    let kernels: [(String, Kernel, (Float, Float) -> Float)] = [
      ("add_s", table.add_s, { $0 + $1 }), ("sub_s", table.sub_s, { $0 - $1 }),
      ("rsub_s", table.rsub_s, { $1 - $0 }), ("mul_s", table.mul_s, { $0 * $1 }),
      ("div_s", table.div_s, { $0 / $1 }), ("rdiv_s", table.rdiv_s, { $1 / $0 }),
      ("max_s", table.max_s, Self.maximum), ("min_s", table.min_s, Self.minimum),
    ]
    var generator = TestGenerator(3)
    for (name, kernel, reference) in kernels {
      for count in lengths {
        let a = row(count, &generator)
        let s = row(1, &generator)[0]
        var out = [Float](repeating: 77, count: count + 1)
        kernel(a, s, &out, count)
        #expect(same(out, a.map { reference($0, s) }) && out[count] == 77, "\(name) of \(count), \(s)")
      }
    }
  }

  @Test(arguments: TableUnderTest.all) func exactFunctionsAgreeWithReference(_ under: TableUnderTest) {
    let table = under.kernels
    typealias Kernel = @convention(c) (UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int) -> Void
    let kernels: [(String, Kernel, (Float) -> Float)] = [
      ("relu", table.relu, { $0 <= 0 ? 0 : $0 }), ("sqrt", table.sqrt, { $0.squareRoot() }),
      ("rsqrt", table.rsqrt, { 1 / $0.squareRoot() }),
      ("abs", table.abs, { abs($0) }),
      ("square", table.square, { $0 * $0 }), ("reciprocal", table.reciprocal, { 1 / $0 }),
      ("sign", table.sign, { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }), ("floor", table.floor, { $0.rounded(.down) }),
      ("ceil", table.ceil, { $0.rounded(.up) }), ("round", table.round, { $0.rounded(.toNearestOrEven) }),
      ("trunc", table.trunc, { $0.rounded(.towardZero) }),
    ]
    var generator = TestGenerator(4)
    for (name, kernel, reference) in kernels {
      for count in lengths {
        var x = row(count, &generator)
        let expected = x.map(reference)
        x.withUnsafeMutableBufferPointer { kernel($0.baseAddress, $0.baseAddress, count) }
        #expect(same(x, expected), "\(name) of \(count)")
      }
    }
  }
}
