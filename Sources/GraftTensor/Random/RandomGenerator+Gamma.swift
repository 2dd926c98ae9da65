import Foundation

// Single numbers, calculated in double. How many words one takes depends on chance alone.
extension RandomGenerator {
  /// A number from the standard normal distribution. Takes two words.
  ///
  /// Box, Muller: *A Note on the Generation of Random Normal Deviates*, 1958.
  public mutating func normal() -> Double {
    let radius = (-2 * log(1 - unit())).squareRoot()
    return radius * cos(2 * .pi * unit())
  }

  /// A number from the gamma distribution with density x^(shape − 1) · e^−x / Γ(shape).
  ///
  /// Its mean and its variance are `shape`. For small shapes most numbers are so close to 0 that they are 0. Traps unless the shape is
  /// positive and finite.
  public mutating func gamma(shape: Double) -> Double {
    exp(logarithmOfGamma(shape: shape))
  }

  /// A number from 0 to 1 with density proportional to x^(first − 1) · (1 − x)^(second − 1).
  ///
  /// Its mean is first / (first + second). Traps unless both parameters are positive and finite.
  public mutating func beta(_ first: Double, _ second: Double) -> Double {
    let (x, y) = (logarithmOfGamma(shape: first), logarithmOfGamma(shape: second))
    return 1 / (1 + exp(y - x))
  }

  /// `count` numbers that add up to 1, from the symmetric Dirichlet distribution: with a `concentration` of 1 every division is as likely,
  /// above even ones are likelier.
  ///
  /// Traps unless there are numbers, and the concentration is positive and finite.
  public mutating func dirichlet(count: Int, concentration: Double) -> [Double] {
    require(count > 0, "dirichlet: \(count) numbers")
    let logarithms = (0..<count).map { _ in logarithmOfGamma(shape: concentration) }
    let greatest = logarithms.max() ?? 0
    let shares = logarithms.map { exp($0 - greatest) }
    let sum = shares.reduce(0, +)
    return shares.map { $0 / sum }
  }

  /// The logarithm of a number from the gamma distribution, so that no small shape is lost to underflow.
  ///
  /// Marsaglia, Tsang: *A Simple Method for Generating Gamma Variables*, 2000. With shape a: d · v for d = a − 1/3 and
  /// v = (1 + x / √(9 d))³, x normal, accepted if ln u < x² / 2 + d − d · v + d · ln v. Below a shape of 1 a number of shape + 1
  /// times u^(1 / shape).
  private mutating func logarithmOfGamma(shape: Double) -> Double {
    require(shape > 0 && shape.isFinite, "RandomGenerator: a gamma distribution of shape \(shape)")
    guard shape >= 1 else {
      let larger = logarithmOfGamma(shape: shape + 1)
      return larger + log(1 - unit()) / shape
    }
    let d = shape - 1.0 / 3
    while true {
      let x = normal()
      let root = 1 + x / (9 * d).squareRoot()
      let u = 1 - unit()
      guard root > 0 else { continue }
      let v = root * root * root
      if log(u) < x * x / 2 + d - d * v + d * log(v) { return log(d) + log(v) }
    }
  }
}
