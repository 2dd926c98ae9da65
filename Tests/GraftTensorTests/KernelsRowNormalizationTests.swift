import CGraftKernels
import GraftTensor
import Testing

/// Rounding of one operation.
private let unit: Double = 0x1p-24

@Suite struct KernelsRowNormalizationTests {
  private let lengths = [1, 2, 3, 5, 8, 9, 15, 16, 17, 31, 33, 64, 100, 384, 769, 1024, 1025, 2500]

  /// The statistics as `moments` (80 units of the spread, and half of 84 for the square root, of a result that is below 3), then
  /// five roundings of terms below 3 · 1.5 + 1.
  @Test(arguments: TableUnderTest.all) func forward(_ under: TableUnderTest) {
    var generator = TestGenerator(31)
    for n in lengths {
      for center in [0, 40] as [Float] {
        let x = generator.floats(n, in: (center - 2)...(center + 2))
        let (w, b) = (generator.floats(n, in: 0.5...1.5), generator.floats(n))
        for affine in [true, false] {
          var (out, exact) = ([Float](repeating: 7, count: n + 1), [Float](repeating: 7, count: n + 1))
          var (mean, inverse, exactMean, exactInverse) = (Float(0), Float(0), Float(0), Float(0))
          if affine {
            under.kernels.layer_norm(x, w, b, 0.1, &out, n, &mean, &inverse)
            NormalizationReference.layerNorm(x, w, b, 0.1, &exact, n, &exactMean, &exactInverse)
          } else {
            under.kernels.layer_norm(x, nil, nil, 0.1, &out, n, &mean, &inverse)
            NormalizationReference.layerNorm(x, nil, nil, 0.1, &exact, n, &exactMean, &exactInverse)
          }
          // A mean that is rounded differently moves every element by as much of its spread.
          let meanError = unit * 3 * Double(center) * Double(exactInverse)
          for i in 0...n {
            let limit = unit * ((80 + 45) * 3 * 1.5 + 5 * 5.5) + 1.5 * meanError
            #expect(abs(Double(out[i]) - Double(exact[i])) <= (i < n ? limit : 0))
          }
          #expect(abs(Double(inverse / exactInverse) - 1) <= 50 * unit)
        }
      }
    }
  }

  /// Elements of g, x̂ and w are below 1, 4.5 and 1.5: the two sums are off by 140 roundings of a mean below 1.5 and 7, and
  /// there are six roundings of terms up to 1.5 + 1.5 + 4.5 · 7 afterwards; times the inverse.
  @Test(arguments: TableUnderTest.all) func backward(_ under: TableUnderTest) {
    var generator = TestGenerator(32)
    for n in lengths {
      let (x, g) = (generator.floats(n, in: -2...2), generator.floats(n))
      let w = generator.floats(n, in: 0.5...1.5)
      let before = generator.floats(2 * n)
      let (mean, inverse): (Float, Float) = (0.2, 1.7)
      for (weighs, learns) in [(true, true), (true, false), (false, true), (false, false)] {
        var (out, exact) = (g, g)
        var (learned, exactLearned) = (before, before)
        func run(
          _ w: UnsafePointer<Float>?, _ own: UnsafeMutablePointer<Float>,
          _ learned: UnsafeMutablePointer<Float>?
        ) {
          under.kernels.layer_norm_backward(
            own, x, w, mean, inverse, own, n, learned, learned.map { $0 + n })
        }
        out.withUnsafeMutableBufferPointer { out in
          learned.withUnsafeMutableBufferPointer { learned in
            w.withUnsafeBufferPointer { w in
              run(weighs ? w.baseAddress : nil, out.baseAddress!, learns ? learned.baseAddress : nil)
            }
          }
        }
        exactLearned.withUnsafeMutableBufferPointer { learned in
          w.withUnsafeBufferPointer { w in
            NormalizationReference.layerNormBackward(
              g, x, weighs ? w.baseAddress : nil, mean, inverse, &exact, n,
              learns ? learned.baseAddress : nil,
              learns ? learned.baseAddress.map { $0 + n } : nil)
          }
        }
        let limit = 1.7 * unit * (140 * (1.5 + 4.5 * 7) + 6 * 35)
        #expect(zip(out, exact).allSatisfy { abs(Double($0) - Double($1)) <= limit })
        #expect(zip(learned, exactLearned).allSatisfy { abs(Double($0) - Double($1)) <= 4 * 5.5 * unit })
      }
    }
  }

  /// Exactly what multiplying by Bernoulli numbers over the share that is kept gives, wherever a row begins.
  @Test(arguments: TableUnderTest.all) func dropout(_ under: TableUnderTest) {
    var generator = TestGenerator(33)
    let places = [
      graft_random_place(seed: 0, stream: 0, block: 0),
      graft_random_place(seed: .max - 3, stream: 1 << 40 + 5, block: 0xffff_fff0),
      graft_random_place(seed: 0x0123_4567_89ab_cdef, stream: 7, block: .max - 2),
    ]
    for place in places {
      for n in [1, 3, 4, 7, 8, 15, 16, 31, 32, 33, 100, 1001] {
        for kept in [0.9, 0.5, 0.123, 1, 0x1p-24] as [Float] {
          let x = generator.floats(n)
          var (factors, out) = (x, x)
          graft_random_bernoulli(place, kept, &factors, n)
          out.withUnsafeMutableBufferPointer { own in
            under.kernels.dropout(place, kept, own.baseAddress, own.baseAddress, n)
          }
          #expect(zip(out, zip(x, factors)).allSatisfy { $0.bitPattern == ($1.0 * ($1.1 / kept)).bitPattern })
        }
      }
    }
  }
}
