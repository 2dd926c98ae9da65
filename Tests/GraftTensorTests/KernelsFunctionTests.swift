import CGraftKernels
import Foundation
import GraftTensor
import Testing

private typealias Kernel = @convention(c) (UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int) -> Void
private typealias Backward =
  @convention(c) (
    UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int
  ) -> Void

/// A kernel, the function it approximates, and where and how closely.
private struct Approximation {
  let name: String
  let kernel: Kernel
  let reference: (Double) -> Double
  let low: Float
  let high: Float
  let limit: Double

  init(
    _ name: String, _ kernel: Kernel, _ reference: @escaping (Double) -> Double, _ low: Float, _ high: Float,
    _ limit: Double
  ) {
    (self.name, self.kernel, self.reference) = (name, kernel, reference)
    (self.low, self.high, self.limit) = (low, high, limit)
  }
}

private struct Derivative {
  let name: String
  let kernel: Backward
  let reference: (Double) -> Double
  let ranges: [(Float, Float)]

  init(
    _ name: String, _ kernel: Backward, ranges: [(Float, Float)] = [(-80, 80), (-8, -0.1), (0.1, 8)],
    _ reference: @escaping (Double) -> Double
  ) {
    (self.name, self.kernel, self.reference, self.ranges) = (name, kernel, reference, ranges)
  }
}

/// The functions in double, in forms that do not cancel.
private enum Exact {
  static func sigmoid(_ x: Double) -> Double { x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x)) }
  static func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
  static func cdf(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }
  static func gelu(_ x: Double) -> Double { x * cdf(x) }
  static func inner(_ x: Double) -> Double { (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x) }
  static func geluTanh(_ x: Double) -> Double { x * sigmoid(2 * inner(x)) }
  static func silu(_ x: Double) -> Double { x * sigmoid(x) }
  static func geluSlope(_ x: Double) -> Double { cdf(x) + x * exp(-x * x / 2) / (2 * Double.pi).squareRoot() }
  static func geluTanhSlope(_ x: Double) -> Double {
    let s = sigmoid(2 * inner(x))
    return s + x * s * sigmoid(-2 * inner(x)) * 2 * (2 / Double.pi).squareRoot() * (1 + 3 * 0.044715 * x * x)
  }
  static func siluSlope(_ x: Double) -> Double { sigmoid(x) * (1 + x * sigmoid(-x)) }
}

@Suite struct KernelsFunctionTests {
  /// Some 4000 floats from `low` to `high`, spread evenly over all representable ones rather than over the number
  /// line, so that every magnitude is there.
  private func sweep(_ low: Float, _ high: Float) -> [Float] {
    // Bit patterns in the order of the numbers.
    func order(_ x: Float) -> Int64 {
      let bits = Int64(x.bitPattern & 0x7fff_ffff)
      return x.sign == .minus ? -bits : bits
    }
    let (start, end) = (order(low), order(high))
    return stride(from: start, through: end, by: max(1, Int((end - start) / 4001))).map {
      Float(bitPattern: $0 < 0 ? UInt32(-$0) | 0x8000_0000 : UInt32($0))
    }
  }

  /// The distance of neighbouring floats at `x`.
  private func unit(_ x: Double) -> Double {
    abs(x) < 0x1p-126 ? 0x1p-149 : Double(Float(abs(x)).ulp)
  }

  /// The bounds are those that the C sources and Documentation/Kernels.md state.
  @Test(arguments: TableUnderTest.all) func functionsAreAccurate(_ under: TableUnderTest) {
    let table = under.kernels
    let cases: [Approximation] = [
      Approximation("exp", table.exp, exp, -104, 88.72, 1.5),
      Approximation("log", table.log, log, .leastNonzeroMagnitude, 3.4e38, 1.5),
      Approximation("exp", table.exp, exp, -1, 1, 1.5), Approximation("log", table.log, log, 0.5, 2, 1.5),
      Approximation("tanh", table.tanh, tanh, -20, 20, 2), Approximation("tanh", table.tanh, tanh, 0.1, 4, 2),
      Approximation("erf", table.erf, erf, -6, 6, 2), Approximation("erf", table.erf, erf, 0.1, 4, 2),
      Approximation("sigmoid", table.sigmoid, Exact.sigmoid, -104, 50, 3),
      Approximation("sigmoid", table.sigmoid, Exact.sigmoid, -8, -0.1, 3),
      Approximation("softplus", table.softplus, Exact.softplus, -104, 1e30, 2.5),
      Approximation("softplus", table.softplus, Exact.softplus, -8, -0.1, 2.5),
      Approximation("silu", table.silu, Exact.silu, -80, 1e30, 4),
      Approximation("silu", table.silu, Exact.silu, -8, -0.1, 4),
      Approximation("sin", table.sin, sin, -100, 100, 1.5),
      Approximation("cos", table.cos, cos, -100, 100, 1.5),
    ]
    for test in cases {
      let x = sweep(test.low, test.high)
      var y = [Float](repeating: 0, count: x.count)
      test.kernel(x, &y, x.count)
      var worst = (error: 0.0, at: Float(0))
      for (x, y) in zip(x, y) {
        let exact = test.reference(Double(x))
        let error = abs(Double(y) - exact) / unit(exact)
        if !(error <= worst.error) { worst = (error, x) }
      }
      #expect(worst.error <= test.limit, "\(test.name): \(worst.error) ulp at \(worst.at)")
    }
  }

  /// x times a number in 0...1: the error is in units of |x| 2^-23 (and at least the least float).
  @Test(arguments: TableUnderTest.all) func gelusAreAccurate(_ under: TableUnderTest) {
    let table = under.kernels
    for (name, kernel, reference) in [
      ("gelu", table.gelu, Exact.gelu), ("gelu_tanh", table.gelu_tanh, Exact.geluTanh),
    ] as [(String, Kernel, (Double) -> Double)] {
      for (low, high) in [(-1e30, 1e30), (-8, -0.1), (0.1, 8)] as [(Float, Float)] {
        let x = sweep(low, high)
        var y = [Float](repeating: 0, count: x.count)
        kernel(x, &y, x.count)
        for (x, y) in zip(x, y) {
          let error: Double = abs(Double(y) - reference(Double(x)))
          let limit: Double = 1.5 * 0x1p-23 * abs(Double(x)) + 0x1p-149
          #expect(error <= limit, "\(name)(\(x)) = \(y)")
        }
      }
    }
  }

  /// Derivatives of size about 1: the error is in units of 2^-23.
  @Test(arguments: TableUnderTest.all) func derivativesAreAccurate(_ under: TableUnderTest) {
    let table = under.kernels
    let cases: [Derivative] = [
      Derivative("gelu", table.gelu_backward, Exact.geluSlope),
      Derivative("gelu_tanh", table.gelu_tanh_backward, Exact.geluTanhSlope),
      Derivative("silu", table.silu_backward, Exact.siluSlope),
      Derivative("softplus", table.softplus_backward, Exact.sigmoid),
      Derivative("tanh", table.tanh_backward_from_output, ranges: [(-1, 1)]) { 1 - $0 * $0 },
      Derivative("sigmoid", table.sigmoid_backward_from_output, ranges: [(0, 1)]) { $0 * (1 - $0) },
    ]
    for test in cases {
      for (low, high) in test.ranges {
        let x = sweep(low, high)
        let g = [Float](repeating: 2, count: x.count)
        var y = [Float](repeating: 0, count: x.count)
        test.kernel(x, g, &y, x.count)
        for (x, y) in zip(x, y) {
          let error: Double = abs(Double(y) - 2 * test.reference(Double(x)))
          #expect(error <= 2 * 2.5 * 0x1p-23, "\(test.name)'(\(x)) = \(y)")
        }
      }
    }
  }

  /// Calculated in double and rounded once, over all positive floats and closely around 1, by products and by the logarithm.
  @Test(arguments: TableUnderTest.all) func powersAreAccurate(_ under: TableUnderTest) {
    let exponents: [Float] = [0.5, -0.5, 2.5, 3, -3, 64, -65, 1 / 3, -7.7, 0.01, 40.5, 1000]
    for exponent in exponents {
      for (low, high) in [(.leastNonzeroMagnitude, .greatestFiniteMagnitude), (0.5, 2)] as [(Float, Float)] {
        let x = sweep(low, high)
        var y = [Float](repeating: 0, count: x.count)
        under.kernels.pow_s(x, exponent, &y, x.count)
        for (x, y) in zip(x, y) {
          let exact: Double = pow(Double(x), Double(exponent))
          if Float(exact).isInfinite {
            #expect(y == .infinity)
          } else {
            #expect(abs(Double(y) - exact) <= 0.51 * unit(exact), "\(x) to the power of \(exponent) is \(y)")
          }
        }
      }
    }
  }

  /// As the C library says, signs of zeros and infinities included.
  @Test(arguments: TableUnderTest.all) func powersOfSpecialValues(_ under: TableUnderTest) {
    let bases: [Float] = [0, -0.0, 1, -1, .infinity, -.infinity, .nan, 2, -2, 0.5, -0.5, 0x1p-149, -0x1p-149]
    for exponent: Float in [0, -0.0, 1, 2, 3, -3, 0.5, -0.5, 65, -66, 1e30, .infinity, -.infinity, .nan] {
      var y = [Float](repeating: 7, count: bases.count)
      under.kernels.pow_s(bases, exponent, &y, bases.count)
      for (x, y) in zip(bases, y) {
        let expected = Float(pow(Double(x), Double(exponent)))
        #expect(
          (y == expected && y.sign == expected.sign) || (y.isNaN && expected.isNaN)
            || abs(y - expected) <= 0.51 * expected.ulp,
          "\(x) to the power of \(exponent) is \(y)")
      }
    }
  }

  @Test(arguments: TableUnderTest.all) func specialValues(_ under: TableUnderTest) {
    let table = under.kernels
    let x: [Float] = [0, -0.0, .infinity, -.infinity, .nan, 100, -110, -1, 0x1p-149]
    func apply(_ kernel: Kernel) -> [Float] {
      var y = [Float](repeating: 0, count: x.count)
      kernel(x, &y, x.count)
      return y
    }
    func same(_ a: [Float], _ b: [Float]) -> Bool {
      zip(a, b).allSatisfy { ($0 == $1 && $0.sign == $1.sign) || ($0.isNaN && $1.isNaN) }
    }
    let nan = Float.nan
    let infinity = Float.infinity
    #expect(same(Array(apply(table.exp)[0..<7]), [1, 1, infinity, 0, nan, infinity, 0]))
    #expect(same(Array(apply(table.log)[0..<5]), [-infinity, -infinity, infinity, nan, nan]))
    #expect(apply(table.log)[7].isNaN)
    #expect(same(Array(apply(table.tanh)[0..<7]), [0, -0.0, 1, -1, nan, 1, -1]))
    #expect(same(Array(apply(table.erf)[0..<7]), [0, -0.0, 1, -1, nan, 1, -1]))
    #expect(same(Array(apply(table.sigmoid)[0..<7]), [0.5, 0.5, 1, 0, nan, 1, 0]))
    #expect(same(Array(apply(table.softplus)[2..<7]), [infinity, 0, nan, 100, 0]))
    #expect(same(Array(apply(table.gelu)[2..<3]), [infinity]))
    #expect(apply(table.gelu)[4].isNaN)
    #expect(apply(table.gelu_tanh)[4].isNaN && apply(table.silu)[4].isNaN)
    #expect(apply(table.tanh)[8] == 0x1p-149)
  }

  /// The rest of a row goes through the same arithmetic as its beginning.
  @Test(arguments: TableUnderTest.all) func resultsDoNotDependOnPosition(_ under: TableUnderTest) {
    let table = under.kernels
    var generator = TestGenerator(6)
    let x = generator.floats(37, in: -5...5)
    for kernel in [table.exp, table.tanh, table.erf, table.gelu, table.silu, table.softplus] as [Kernel] {
      var whole = [Float](repeating: 0, count: x.count)
      kernel(x, &whole, x.count)
      for i in x.indices {
        var one: Float = 0
        kernel([x[i]], &one, 1)
        #expect(one == whole[i])
      }
    }
  }
}
