import CGraftKernels
import GraftTensor
import Testing

/// A layout of runs with gaps between them, and rows of numbers that fill it.
private struct Runs {
  let layout: graft_pieces
  let size: Int

  init(count: Int, length: Int, gap: Int) {
    layout = graft_pieces(count: count, length: length, stride: length + gap)
    size = count * (length + gap)
  }

  /// Whether a place in a row belongs to a run.
  func contains(_ place: Int) -> Bool { place % layout.stride < layout.length }

  /// Shorter than a vector, longer than a block, and everything between; odd runs of each.
  static let all: [Runs] = [
    1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 49, 64, 100, 196, 1023, 1024, 1025, 3000,
  ]
  .flatMap { length in [1, 3, 22].map { Runs(count: $0, length: length, gap: 5) } }
  .filter { $0.size <= 12_000 }
}

/// Rounding of one operation.
private let unit: Double = 0x1p-24

@Suite struct KernelsNormalizationTests {
  /// A block's sums have at most 64 + 16 roundings in a row without a loss of meaning (a lane gets every 16th element of
  /// 1024, four vectors and their lanes are added up), and each deviation one of its own, which counts twice in a square.
  @Test(arguments: TableUnderTest.all) func moments(_ under: TableUnderTest) {
    var generator = TestGenerator(21)
    for runs in Runs.all {
      for (center, spread) in [(0, 1), (300, 0.5), (-2, 1000)] as [(Float, Float)] {
        let x = generator.floats(runs.size, in: (center - spread)...(center + spread))
        var (mean, variance, exactMean, exactVariance) = (Float(0), Float(0), Float(0), Float(0))
        under.kernels.moments(x, runs.layout, &mean, &variance)
        NormalizationReference.moments(x, runs.layout, &exactMean, &exactVariance)
        let (exact, size) = (Double(exactVariance), Double(exactVariance).squareRoot())
        #expect(abs(Double(mean) - Double(exactMean)) <= unit * (2 * abs(Double(exactMean)) + 80 * size))
        #expect(abs(Double(variance) - exact) <= 84 * unit * exact + 0x1p-100)
      }
    }
    // Where all numbers are equal, rounding is all there is.
    let equal = [Float](repeating: 0.1, count: 5000)
    var (mean, variance) = (Float(0), Float(0))
    under.kernels.moments(equal, graft_pieces(count: 5, length: 1000, stride: 1000), &mean, &variance)
    #expect(mean == 0.1 && variance < 1e-18)
    under.kernels.moments(equal, graft_pieces(count: 3, length: 0, stride: 0), &mean, &variance)
    #expect(mean == 0 && variance == 0)
  }

  /// Two roundings before the scale, one or two after it, one for what is added.
  @Test(arguments: TableUnderTest.all) func normalize(_ under: TableUnderTest) {
    var generator = TestGenerator(22)
    for runs in Runs.all {
      let x = generator.floats(runs.size, in: -2...3)
      let addend = generator.floats(runs.size)
      let affine = graft_affine(mean: 0.3, scale: -1.7, shift: 0.2)
      for (adds, relu) in [(false, 0), (false, 1), (true, 0), (true, 1)] as [(Bool, Int32)] {
        var (out, exact) = (x, x)
        let added = adds ? addend : nil
        out.withUnsafeMutableBufferPointer { buffer in
          guard let out = buffer.baseAddress else { return }
          if let added {
            under.kernels.normalize(out, added, out, runs.layout, affine, relu)
          } else {
            under.kernels.normalize(out, nil, out, runs.layout, affine, relu)
          }
        }
        if let added {
          NormalizationReference.normalize(x, added, &exact, runs.layout, affine, relu)
        } else {
          NormalizationReference.normalize(x, nil, &exact, runs.layout, affine, relu)
        }
        for place in 0..<runs.size {
          let terms = abs(Double(x[place]) - 0.3) * 1.7 + 0.2 + Double(abs(adds ? addend[place] : 0))
          let error = abs(Double(out[place]) - Double(exact[place]))
          #expect(error <= (runs.contains(place) ? 5 * unit * terms : 0))
        }
      }
    }
  }

  /// The ReLU's mask is that of the very result of `normalize`; sums as in `moments`.
  @Test(arguments: TableUnderTest.all) func sumsOfGradients(_ under: TableUnderTest) {
    var generator = TestGenerator(23)
    for runs in Runs.all {
      let (x, g) = (generator.floats(runs.size, in: -2...3), generator.floats(runs.size))
      let affine = graft_affine(mean: 0.4, scale: 1.3, shift: 0.1)
      var result = x
      under.kernels.normalize(x, nil, &result, runs.layout, affine, 1)
      var exactMasked = g
      let sizes = runs.layout.count * runs.layout.length
      func check(_ y: [Float]?, _ sum: Float, _ projection: Float) {
        var (exactSum, exactProjection) = (Float(0), Float(0))
        if let y {
          NormalizationReference.normalizeSums(
            g, x, y, &exactMasked, runs.layout, affine, 0, &exactSum, &exactProjection)
        } else {
          NormalizationReference.normalizeSums(
            g, x, nil, nil, runs.layout, affine, 0, &exactSum, &exactProjection)
        }
        // |g| <= 1 and |x - mean| < 2.7. A lane adds up 32 to 128 terms of a block.
        #expect(abs(Double(sum) - Double(exactSum)) <= 140 * unit * Double(sizes))
        #expect(abs(Double(projection) - Double(exactProjection)) <= 2.7 * 142 * unit * Double(sizes))
      }
      var (sum, projection) = (Float(0), Float(0))
      under.kernels.normalize_sums(g, x, nil, nil, runs.layout, affine, 0, &sum, &projection)
      check(nil, sum, projection)
      under.kernels.normalize_sums(g, x, nil, nil, runs.layout, affine, 1, &sum, &projection)
      check(result, sum, projection)
      var masked = g
      masked.withUnsafeMutableBufferPointer { buffer in
        guard let own = buffer.baseAddress else { return }
        under.kernels.normalize_sums(own, x, result, own, runs.layout, affine, 1, &sum, &projection)
      }
      check(result, sum, projection)
      #expect(masked == exactMasked)
    }
  }

  /// Four roundings of terms of which the largest is below 5, times the scale.
  @Test(arguments: TableUnderTest.all) func gradientsOfElements(_ under: TableUnderTest) {
    var generator = TestGenerator(24)
    for runs in Runs.all {
      let (x, g) = (generator.floats(runs.size, in: -2...3), generator.floats(runs.size))
      let affine = graft_affine(mean: 0.4, scale: 1.3, shift: 0.1)
      for relu in [0, 1] as [Int32] {
        var (out, exact, result) = (g, g, x)
        out.withUnsafeMutableBufferPointer { buffer in
          guard let own = buffer.baseAddress else { return }
          under.kernels.normalize_backward(own, x, own, runs.layout, affine, relu, 0.2, -0.7)
        }
        // Masked by the kernel's own result.
        under.kernels.normalize(x, nil, &result, runs.layout, affine, 1)
        let flowing = relu == 0 ? g : zip(g, result).map { $1 > 0 ? $0 : 0 }
        NormalizationReference.normalizeBackward(flowing, x, &exact, runs.layout, affine, 0, 0.2, -0.7)
        for place in 0..<runs.size {
          let error = abs(Double(out[place]) - Double(exact[place]))
          #expect(error <= (runs.contains(place) ? 5 * 5 * 1.3 * unit : 0))
        }
      }
    }
  }
}
