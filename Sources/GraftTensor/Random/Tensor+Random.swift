import Foundation

// Element i of a random tensor is computed from word i of the generator's sequence alone, so that tensors may be
// filled by any number of threads with the same result. The generator moves on by a whole number of blocks.

extension Tensor where Scalar == Float {
  /// Numbers spread evenly over `range`, in steps of 2⁻²⁴ of its width.
  public static func uniform(
    _ shape: Shape, in range: Range<Float> = 0..<1, using generator: inout RandomGenerator
  ) -> Tensor {
    let width = range.upperBound - range.lowerBound
    let last = range.upperBound.nextDown
    return random(shape, using: &generator) { words, out in
      for lane in 0..<4 {
        let fraction = Float(words[lane] >> 8) * 0x1p-24
        // Rounding may carry the largest fractions to the upper bound, which the range excludes.
        out[lane] = Swift.min(range.lowerBound + fraction * width, last)
      }
    }
  }

  /// Numbers from a normal distribution.
  ///
  /// Box, Muller: *A Note on the Generation of Random Normal Deviates*, 1958. No number lies farther than 6.7
  /// standard deviations from the mean.
  public static func normal(
    _ shape: Shape, mean: Float = 0, standardDeviation: Float = 1, using generator: inout RandomGenerator
  ) -> Tensor {
    random(shape, using: &generator) { words, out in
      for lane in [0, 2] {
        // From (0, 1], so that the logarithm is finite.
        let radius = (-2 * Foundation.log((Float(words[lane]) + 1) * 0x1p-32)).squareRoot()
        let angle = Float(words[lane + 1]) * (0x1p-31 * Float.pi)
        out[lane] = mean + standardDeviation * radius * Foundation.cos(angle)
        out[lane + 1] = mean + standardDeviation * radius * Foundation.sin(angle)
      }
    }
  }

  /// Numbers from a normal distribution of which only the part within `bounds` (in standard deviations from the
  /// mean) is left.
  public static func truncatedNormal(
    _ shape: Shape, mean: Float = 0, standardDeviation: Float = 1, bounds: ClosedRange<Float> = -2...2,
    using generator: inout RandomGenerator
  ) -> Tensor {
    let lowest = NormalDistribution.cumulative(Double(bounds.lowerBound))
    let share = NormalDistribution.cumulative(Double(bounds.upperBound)) - lowest
    return random(shape, using: &generator) { words, out in
      for lane in 0..<4 {
        let probability = lowest + share * (Double(words[lane]) + 0.5) * 0x1p-32
        let deviate = Float(NormalDistribution.quantile(probability))
        out[lane] =
          mean + standardDeviation * Swift.min(Swift.max(deviate, bounds.lowerBound), bounds.upperBound)
      }
    }
  }

  /// 1 with the given probability and 0 otherwise.
  ///
  /// Traps unless the probability lies in `0...1`.
  public static func bernoulli(
    _ shape: Shape, probability: Float, using generator: inout RandomGenerator
  ) -> Tensor {
    precondition(
      probability >= 0 && probability <= 1, "bernoulli: probability \(probability) does not lie in 0...1")
    let threshold = UInt64(Double(probability) * 0x1p32)
    return random(shape, using: &generator) { words, out in
      for lane in 0..<4 { out[lane] = UInt64(words[lane]) < threshold ? 1 : 0 }
    }
  }

  /// A tensor that `distribution` fills four elements at a time from four random words.
  private static func random(
    _ shape: Shape, using generator: inout RandomGenerator,
    _ distribution: (_ words: SIMD4<UInt32>, _ out: UnsafeMutablePointer<Float>) -> Void
  ) -> Tensor {
    let blocks = (shape.elementCount + 3) / 4
    let first = generator.reserve(blocks: blocks)
    let (seed, stream) = (generator.seed, generator.stream)
    return Tensor(shape: shape) { buffer in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: 4) { four in
        guard let out = four.baseAddress else { return }
        for block in 0..<blocks {
          let words = RandomGenerator.words(seed: seed, stream: stream, block: first &+ UInt64(block))
          distribution(SIMD4(words.0, words.1, words.2, words.3), out)
          for lane in 0..<Swift.min(4, buffer.count - block * 4) { buffer[block * 4 + lane] = out[lane] }
        }
      }
    }
  }
}
