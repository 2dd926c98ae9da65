import CGraftKernels

// Element i of a random tensor is computed from the generator's block i / 4 alone, so that tensors may be filled
// by any number of threads with the same result. The generator moves on by a whole number of blocks.

extension Tensor where Scalar == Float {
  /// Numbers spread evenly over `range`, in steps of 2⁻²⁴ of its width.
  ///
  /// Traps if the range is empty.
  public static func uniform(
    _ shape: Shape, in range: Range<Float> = 0..<1, using generator: inout RandomGenerator
  ) -> Tensor {
    require(!range.isEmpty, "uniform: the range \(range) is empty")
    return random(shape, using: &generator) { place, out, count in
      graft_random_uniform(place, range.lowerBound, range.upperBound, out, count)
    }
  }

  /// Numbers from a normal distribution.
  ///
  /// Box, Muller: *A Note on the Generation of Random Normal Deviates*, 1958. No number lies farther than 6.6
  /// standard deviations from the mean.
  public static func normal(
    _ shape: Shape, mean: Float = 0, standardDeviation: Float = 1, using generator: inout RandomGenerator
  ) -> Tensor {
    random(shape, using: &generator) { place, out, count in
      graft_random_normal(place, mean, standardDeviation, out, count)
    }
  }

  /// Numbers from a normal distribution of which only the part within `bounds` (in standard deviations from the
  /// mean) is left.
  public static func truncatedNormal(
    _ shape: Shape, mean: Float = 0, standardDeviation: Float = 1, bounds: ClosedRange<Float> = -2...2,
    using generator: inout RandomGenerator
  ) -> Tensor {
    random(shape, using: &generator) { place, out, count in
      graft_random_truncated_normal(
        place, mean, standardDeviation, bounds.lowerBound, bounds.upperBound, out, count)
    }
  }

  /// 1 with the given probability and 0 otherwise.
  ///
  /// Traps unless the probability lies in `0...1`.
  public static func bernoulli(
    _ shape: Shape, probability: Float, using generator: inout RandomGenerator
  ) -> Tensor {
    require(
      probability >= 0 && probability <= 1, "bernoulli: probability \(probability) does not lie in 0...1")
    return random(shape, using: &generator) { place, out, count in
      graft_random_bernoulli(place, probability, out, count)
    }
  }

  /// A tensor of which `fill` writes rows, each from its place in the generator's sequence.
  private static func random(
    _ shape: Shape, using generator: inout RandomGenerator,
    _ fill: (_ place: graft_random_place, _ out: UnsafeMutablePointer<Float>, _ count: Int) -> Void
  ) -> Tensor {
    let blocks = (shape.elementCount + 3) / 4
    let first = generator.reserve(blocks: blocks)
    let (seed, stream) = (generator.seed, generator.stream)
    return Tensor(shape: shape) { buffer in
      guard let out = buffer.baseAddress else { return }
      parallelFor(blocks, grain: 4_096) { range in
        let place = graft_random_place(seed: seed, stream: stream, block: first &+ UInt64(range.lowerBound))
        let start = range.lowerBound * 4
        fill(place, out + start, Swift.min(range.upperBound * 4, buffer.count) - start)
      }
    }
  }
}
