// Numbers of 53 random bits, from the high end of one word. The standard library's own methods may change from one version to
// the next, which would change every augmented image.
extension RandomGenerator {
  /// A number from 0 up to 1 (1 excluded), a multiple of 2⁻⁵³, each equally likely.
  public mutating func unit() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A number spread evenly over `range`.
  ///
  /// Traps unless both bounds are finite.
  public mutating func uniform(in range: ClosedRange<Double>) -> Double {
    require(
      range.lowerBound.isFinite && range.upperBound.isFinite, "uniform(in:): the range \(range) is not finite"
    )
    let share = unit()
    // Neither bound is passed by rounding, and a wide range does not overflow.
    let number = range.lowerBound * (1 - share) + range.upperBound * share
    return Swift.min(Swift.max(number, range.lowerBound), range.upperBound)
  }

  /// True with the given probability.
  ///
  /// Traps unless it lies in `0...1`.
  public mutating func bernoulli(probability: Double) -> Bool {
    require(
      probability >= 0 && probability <= 1,
      "bernoulli(probability:): probability \(probability) does not lie in 0...1")
    return unit() < probability
  }
}
