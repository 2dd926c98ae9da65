import Foundation
import GraftTensor

/// Whether two models differ on one test set, by the samples that only one of them gets right (McNemar: *Note on the Sampling
/// Error of the Difference between Correlated Proportions*, 1947).
///
/// ```swift
/// var test = McNemarTest()
/// for batch in validation {
///   test.add(
///     first: base(batch.images).value.argmax(), second: tuned(batch.images).value.argmax(), labels: batch.labels)
/// }
/// print(test)  // 87 samples, only the first right 3, only the second right 12: p = 0.0352 (exact)
/// ```
///
/// Samples that both get right, or both wrong, say nothing about the difference. It is a test of one pair of models on
/// samples that do not depend on each other; it does not tell what another training run would bring.
public struct McNemarTest: Sendable, Hashable, Codable {
  /// How many samples only the first model gets right.
  public private(set) var onlyFirst: Int

  /// How many samples only the second model gets right.
  public private(set) var onlySecond: Int

  /// The number of samples counted, those on which both agree among them.
  public private(set) var sampleCount: Int

  /// How a p-value was found.
  public enum Method: String, Sendable, Hashable, Codable {
    /// From the binomial distribution, below 25 samples that only one gets right.
    case exact
    /// From the χ² distribution with one degree of freedom, with Edwards' correction for continuity (1948), from 25 on.
    case chiSquare
  }

  /// A test of no sample.
  public init() { self.init(onlyFirst: 0, onlySecond: 0, sampleCount: 0) }

  /// A test of samples counted elsewhere. Traps if the counts are negative or more than all samples.
  ///
  /// - Parameters:
  ///   - onlyFirst: how many samples only the first model gets right.
  ///   - onlySecond: how many only the second gets right.
  ///   - sampleCount: the number of all. Default: no others.
  public init(onlyFirst: Int, onlySecond: Int, sampleCount: Int? = nil) {
    let samples = sampleCount ?? onlyFirst + onlySecond
    require(
      onlyFirst >= 0 && onlySecond >= 0 && onlyFirst + onlySecond <= samples,
      "McNemarTest: \(onlyFirst) and \(onlySecond) of \(samples) samples")
    self.onlyFirst = onlyFirst
    self.onlySecond = onlySecond
    self.sampleCount = samples
  }

  /// Counts a batch of predicted classes of both models against the true ones; all of the same number, traps otherwise.
  public mutating func add(first: Tensor<Int32>, second: Tensor<Int32>, labels: Tensor<Int32>) {
    require(
      first.count == labels.count && second.count == labels.count,
      "McNemarTest.add: predictions of shape \(first.shape) and \(second.shape) for labels of shape \(labels.shape)"
    )
    let (first, second, labels) = (first.scalars, second.scalars, labels.scalars)
    for sample in labels.indices {
      let (a, b) = (first[sample] == labels[sample], second[sample] == labels[sample])
      if a && !b { onlyFirst += 1 }
      if b && !a { onlySecond += 1 }
    }
    sampleCount += labels.count
  }

  /// Adds the counts of other samples.
  public static func += (test: inout McNemarTest, other: McNemarTest) {
    test.onlyFirst += other.onlyFirst
    test.onlySecond += other.onlySecond
    test.sampleCount += other.sampleCount
  }

  /// Which distribution the p-value is from.
  public var method: Method { onlyFirst + onlySecond < 25 ? .exact : .chiSquare }

  /// By how much the second model's accuracy is above the first's; 0 without samples.
  public var accuracyDifference: Double { ratio(onlySecond - onlyFirst, sampleCount) }

  /// (max(|b − c| − 1, 0))² / (b + c), with b and c the samples that only one gets right; 0 without any.
  ///
  /// The p-value is its own only for ``Method/chiSquare``.
  public var chiSquare: Double {
    let count = onlyFirst + onlySecond
    let distance = Double(max(abs(onlyFirst - onlySecond) - 1, 0))
    return count == 0 ? 0 : distance * distance / Double(count)
  }

  /// The chance, if neither model were better, of a difference at least as large in either direction.
  ///
  /// 1 without samples that only one gets right.
  public var pValue: Double {
    if method == .chiSquare { return erfc((chiSquare / 2).squareRoot()) }
    let count = onlyFirst + onlySecond
    // Twice Σ C(n, i) / 2ⁿ up to the smaller; whole numbers below 2⁵³ all along.
    var (term, sum) = (1.0, 0.0)
    for number in 0...min(onlyFirst, onlySecond) {
      sum += term
      term = term * Double(count - number) / Double(number + 1)
    }
    return min(1, 2 * sum / pow(2, Double(count)))
  }
}

extension McNemarTest: CustomStringConvertible {
  public var description: String {
    "\(sampleCount) samples, only the first right \(onlyFirst), only the second right \(onlySecond): "
      + "p = \(TextTable.number(pValue, decimals: 4)) (\(method == .exact ? "exact" : "chi-square"))"
  }
}
