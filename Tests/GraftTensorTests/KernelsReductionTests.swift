import CGraftKernels
import Foundation
import GraftTensor
import Testing

/// Whether `actual` is within `relative` of |expected|, plus `absolute`, everywhere.
private func near(_ actual: [Float], _ expected: [Double], relative: Double = 0, absolute: Double = 0x1p-149)
  -> Bool
{
  zip(actual, expected).allSatisfy { abs(Double($0) - $1) <= relative * abs($1) + absolute }
}

@Suite struct KernelsReductionTests {
  private let lengths = [1, 2, 5, 8, 15, 16, 17, 33, 63, 64, 65, 127, 200, 1023, 1024, 1025, 3001]

  /// The bound of template/reductions.h for the worst table, times the sum of the absolute terms, and the
  /// rounding of each term and of the result.
  private func tolerance(_ absoluteTerms: Double) -> Double { (70 + 2) * 0x1p-24 * absoluteTerms }

  @Test(arguments: TableUnderTest.all) func sumsAgreeWithReference(_ under: TableUnderTest) {
    let table = under.kernels
    var generator = TestGenerator(7)
    for count in lengths {
      let a = generator.floats(count, in: -1...2)
      let b = generator.floats(count, in: -2...1)
      let center = Float.random(in: -1...1, using: &generator)
      func check(_ name: String, _ result: Float, _ terms: [Double]) {
        let limit = tolerance(terms.reduce(0) { $0 + abs($1) })
        #expect(abs(Double(result) - terms.reduce(0, +)) <= limit, "\(name) of \(count)")
      }
      check("sum", table.sum(a, count), a.map(Double.init))
      check("sum_squares", table.sum_squares(a, count), a.map { Double($0) * Double($0) })
      check("dot", table.dot(a, b, count), zip(a, b).map { Double($0) * Double($1) })
      check(
        "deviations", table.sum_squared_deviations(a, center, count),
        a.map { (Double($0) - Double(center)) * (Double($0) - Double(center)) })
    }
    #expect(table.sum([], 0) == 0 && table.dot([], [], 0) == 0)
  }

  /// Multiplied in double and rounded once: half a unit in the last place, and 2⁻⁵³ for each factor.
  @Test(arguments: TableUnderTest.all) func productsAgreeWithReference(_ under: TableUnderTest) {
    let table = under.kernels
    var generator = TestGenerator(12)
    for count in lengths {
      var x = generator.floats(count, in: -1.4 ... -0.7)
      // Every other factor takes the one before it back, so that the product stays within reach.
      for i in stride(from: 1, to: count, by: 2) { x[i] = 1 / x[i - 1] }
      let exact = x.reduce(1.0) { $0 * Double($1) }
      #expect(abs(Double(table.product(x, count)) - exact) <= 1.001 * 0x1p-24 * abs(exact) + 0x1p-150)
    }
    #expect(table.product([], 0) == 1 && table.product([2, .nan, 0], 3).isNaN)
  }

  /// A million ones and a millionth: naive summation in float would be off by hundreds.
  @Test(arguments: TableUnderTest.all) func longSumsStayAccurate(_ under: TableUnderTest) {
    let count = 1 << 20
    let x = [Float](repeating: 0.1, count: count)
    let exact = Double(Float(0.1)) * Double(count)
    #expect(abs(Double(under.kernels.sum(x, count)) - exact) <= tolerance(exact))
  }

  @Test(arguments: TableUnderTest.all) func extremesAgreeWithReference(_ under: TableUnderTest) {
    let table = under.kernels
    var generator = TestGenerator(9)
    for count in lengths {
      let x = generator.floats(count)
      #expect(table.maximum(x, count) == x.max())
      #expect(table.minimum(x, count) == x.min())
      var withNaN = x
      withNaN[Int.random(in: 0..<count, using: &generator)] = .nan
      #expect(table.maximum(withNaN, count).isNaN)
      #expect(table.minimum(withNaN, count).isNaN)
    }
    #expect(table.maximum([], 0) == -.infinity)
    #expect(table.minimum([], 0) == .infinity)
    #expect(table.maximum([-.infinity, -.infinity], 2) == -.infinity)
  }

  /// Rows of a probability: exp is good to 1.5 ulp, the sum to the bound above, and the product or quotient rounds
  /// once or twice more: 80 units of 2^-24 relative to the result for softmax.
  @Test(arguments: TableUnderTest.all) func softmaxAgreesWithReference(_ under: TableUnderTest) {
    let table = under.kernels
    var generator = TestGenerator(10)
    for count in lengths {
      for scale in [1, 30] as [Float] {
        let x = generator.floats(count, in: -scale...scale)
        let g = generator.floats(count)
        let greatest = Double(x.max() ?? 0)
        let total = x.reduce(0) { $0 + exp(Double($1) - greatest) }
        let exact = x.map { exp(Double($0) - greatest) / total }
        let logarithm = greatest + log(total)

        var y = [Float](repeating: 0, count: count)
        table.softmax(x, &y, count)
        // x - greatest is rounded too, by up to 2 scale 2^-24, and exp turns that into a relative error.
        let relative = (80 + 4 * Double(scale)) * 0x1p-24
        #expect(near(y, exact, relative: relative))

        // Differences of numbers up to 3 scale + log n, in two roundings.
        let absolute = (8 * Double(scale) + 100) * 0x1p-24
        #expect(near([table.log_sum_exp(x, count)], [logarithm], absolute: absolute))
        var logs = [Float](repeating: 0, count: count)
        table.log_softmax(x, &logs, count)
        #expect(near(logs, x.map { Double($0) - logarithm }, absolute: absolute))

        // Gradients, from the outputs just computed. |g| <= 1, so the mean is off by 74 units of 2^-24 at most.
        let mean = zip(y, g).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        var back = g
        back.withUnsafeMutableBufferPointer {
          table.softmax_backward(y, $0.baseAddress, $0.baseAddress, count)
        }
        let backError = zip(back, zip(y, g)).map {
          abs(Double($0) - Double($1.0) * (Double($1.1) - mean)) / Double($1.0)
        }
        #expect(backError.allSatisfy { $0 <= 80 * 0x1p-24 || $0.isNaN } && back.allSatisfy { $0.isFinite })
        let sum = g.reduce(0) { $0 + Double($1) }
        let size = g.reduce(0) { $0 + abs(Double($1)) }
        table.log_softmax_backward(logs, g, &back, count)
        let expected = zip(logs, g).map { Double($1) - exp(Double($0)) * sum }
        #expect(near(back, expected, absolute: 80 * 0x1p-24 * (1 + size)))
      }
    }
  }

  /// What a cross entropy keeps of a row, and its gradient: the largest element is exact, the sum of positive terms as
  /// above; the gradient has three roundings after the exponential, of numbers that `terms` bounds.
  @Test(arguments: TableUnderTest.all) func softmaxTermsAgreeWithReference(_ under: TableUnderTest) {
    let table = under.kernels
    var generator = TestGenerator(11)
    for count in lengths {
      let x = generator.floats(count, in: -5...5)
      let t = generator.floats(count, in: 0...1)
      let exact = Double(x.max() ?? 0)
      let exponentials = x.map { exp(Double($0) - exact) }
      var greatest: Float = 0
      let total = table.softmax_terms(x, nil, count, &greatest, nil)
      #expect(Double(greatest) == exact)
      // x - greatest, up to 10, is rounded.
      #expect(abs(total / exponentials.reduce(0, +) - 1) <= (80 + 10) * 0x1p-24)
      // Projections: up to 256 terms after each other in a lane of the baseline, and the tree of its lanes.
      for weights in [nil, t] as [[Float]?] {
        var (other, projection) = (Float(0), 0.0)
        #expect(table.softmax_terms(x, weights, count, &other, &projection) == total && other == greatest)
        var expected = 0.0
        for i in 0..<count { expected += Double(weights?[i] ?? 1) * (Double(x[i]) - exact) }
        #expect(abs(projection - expected) <= (256 + 4) * 0x1p-24 * -expected)
      }
      var (plain, out) = (x, [Float](repeating: 0, count: count))
      plain.withUnsafeMutableBufferPointer {
        table.softmax_scaled($0.baseAddress, greatest, 0.7, nil, 0, $0.baseAddress, count)
      }
      #expect(near(plain, exponentials.map { $0 * Double(Float(0.7)) }, relative: 16 * 0x1p-24))
      table.softmax_scaled(x, greatest, 0.7, t, -1.3, &out, count)
      for i in 0..<count {
        let terms = (exponentials[i] * Double(Float(0.7)), Double(Float(1.3)) * Double(t[i]))
        #expect(abs(Double(out[i]) - terms.0 - terms.1) <= 18 * 0x1p-24 * (terms.0 + terms.1))
      }
      table.softmax_scaled(x, greatest, 0.7, nil, -1.3, &out, count)
      for i in 0..<count {
        let exact = exponentials[i] * Double(Float(0.7)) + Double(Float(1.3))
        #expect(abs(Double(out[i]) - exact) <= 18 * 0x1p-24 * exact)
      }
    }
  }

  /// Terms that are nothing beside the greatest are nothing, NaN reaches the total, and a projection of -infinity stays so.
  @Test(arguments: TableUnderTest.all) func softmaxTermsOfExtremes(_ under: TableUnderTest) {
    let table = under.kernels
    var (greatest, projection) = (Float(0), 0.0)
    for count in [3, 40] {
      var x = [Float](repeating: -.infinity, count: count)
      (x[0], x[1]) = (1000, 900)
      #expect(table.softmax_terms(x, nil, count, &greatest, &projection) == 1 && greatest == 1000)
      #expect(projection == -.infinity)
      x[2] = .nan
      #expect(table.softmax_terms(x, nil, count, &greatest, nil).isNaN && greatest.isNaN)
      var out = [Float](repeating: 7, count: count)
      table.softmax_scaled([1000, 900] + x[2...], 1000, 0.5, nil, 0, &out, count)
      #expect(out[0] == 0.5 && out[1] == 0 && out[2].isNaN && out[3...].allSatisfy { $0 == 0 })
    }
  }

  @Test(arguments: TableUnderTest.all) func rowsWithInfinities(_ under: TableUnderTest) {
    let table = under.kernels
    let low = -Float.infinity
    var y = [Float](repeating: 0, count: 5)
    table.softmax([low, 1, low, 1, low], &y, 5)
    #expect(y == [0, 0.5, 0, 0.5, 0])
    table.log_softmax([low, 1, low, low, low], &y, 5)
    #expect(y == [low, 0, low, low, low])
    #expect(table.log_sum_exp([low, 3, low], 3) == 3)
    #expect(table.log_sum_exp([low, low], 2) == low)
    #expect(table.log_sum_exp([1, .infinity], 2) == .infinity)
    #expect(table.log_sum_exp([1, .nan, 2], 3).isNaN)
    table.softmax([low, low, low, low, low], &y, 5)
    #expect(y.allSatisfy { $0.isNaN })
    table.softmax([1e30, 0, -1e30, 1e30, 5], &y, 5)
    #expect(y == [0.5, 0, 0, 0.5, 0])
  }
}
