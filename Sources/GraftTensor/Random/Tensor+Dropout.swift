import CGraftKernels

extension Tensor where Scalar == Float {
  /// Multiplies each element by 1 / (1 - `probability`) or, with the given probability, by 0: where
  /// ``bernoulli(_:probability:using:)`` with the probability of staying has 1 or 0. One pass, in place if nobody shares the
  /// tensor; the generator moves on as there.
  ///
  /// Traps unless the probability lies in `0..<1`.
  package mutating func drop(probability: Float, using generator: inout RandomGenerator) {
    require(
      probability >= 0 && probability < 1, "drop: probability \(probability) does not lie in 0..<1")
    let count = count
    let blocks = (count + 3) / 4
    let first = generator.reserve(blocks: blocks)
    let (seed, stream) = (generator.seed, generator.stream)
    rewriteElements { elements, out in
      parallelFor(blocks, grain: elementwiseGrain / 4) { range in
        let place = graft_random_place(seed: seed, stream: stream, block: first &+ UInt64(range.lowerBound))
        let start = range.lowerBound * 4
        Kernels.current.pointee.dropout(
          place, 1 - probability, elements + start, out + start,
          Swift.min(range.upperBound * 4, count) - start)
      }
    }
  }
}
