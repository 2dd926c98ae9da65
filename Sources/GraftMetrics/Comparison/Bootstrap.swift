import GraftTensor

/// Bounds for any figure of a test set, from the figures of samples drawn from it with replacement (Efron, Tibshirani: *An
/// Introduction to the Bootstrap*, 1993).
///
/// ```swift
/// let bootstrap = Bootstrap(seed: 1)
/// let f1 = bootstrap.estimate(samples: labels.count) { positions in
///   let rows = Tensor(positions.map { Int32($0) })
///   var matrix = ConfusionMatrix(classes: 3)
///   matrix.add(predictions: predictions.gather(rows: rows), labels: labels.gather(rows: rows))
///   return matrix.f1(.macro)
/// }
/// print(f1.map(String.init(describing:)) ?? "–")  // 0.9012 in 0.8531…0.9377 (95 %)
/// ```
///
/// It says how the figure would vary over test sets of this size, not over training runs. Resample k draws from stream k of
/// the seed: the same seed gives the same bits.
public struct Bootstrap: Sendable, Hashable, Codable {
  /// How bounds follow from the resamples' figures.
  public enum Method: String, Sendable, Hashable, Codable, CaseIterable {
    /// Their quantiles.
    case percentile
    /// Their quantiles at levels corrected for bias and skewness (BCa; Efron: *Better Bootstrap Confidence Intervals*,
    /// 1987). It needs the figure of the sample without each of its elements too: one more call for each.
    case biasCorrected
  }

  /// How many samples are drawn.
  public let resamples: Int

  /// The confidence of the interval.
  public let level: Double

  /// How bounds are found.
  public let method: Method

  /// What the draws follow from.
  public let seed: UInt64

  /// - Parameters:
  ///   - resamples: how many samples are drawn; traps unless positive. Default: 2000.
  ///   - level: the confidence; traps unless it is above 0 and below 1. Default: 0.95.
  ///   - method: how bounds are found. Default: quantiles.
  ///   - seed: what the draws follow from.
  public init(
    resamples: Int = 2000, level: Double = 0.95, method: Method = .percentile, seed: UInt64
  ) {
    require(resamples > 0, "Bootstrap: \(resamples) resamples; at least one is needed")
    ConfidenceInterval.requireLevel(level, operation: "Bootstrap")
    self.resamples = resamples
    self.level = level
    self.method = method
    self.seed = seed
  }

  /// Bounds for a figure of samples.
  ///
  /// - Parameters:
  ///   - count: the number of samples; traps unless positive.
  ///   - strata: the group of each sample, its class for example. Every resample then has as many of each group as
  ///     there are. Traps unless there is one for each sample.
  ///   - statistic: the figure of the samples at some positions, in no particular order and some more than once. `nil`
  ///     if it is not defined for them (an area with one class only): such resamples are left out.
  /// - Returns: `nil` if the figure of all samples is not defined, or that of every resample.
  public func estimate(
    samples count: Int, strata: [Int]? = nil, _ statistic: ([Int]) throws -> Double?
  ) rethrows -> BootstrapResult? {
    let groups = groups(samples: count, strata: strata)
    guard let estimate = try statistic(Array(0..<count)) else { return nil }
    var distribution: [Double] = []
    var positions = Array(repeating: 0, count: count)
    for resample in 0..<resamples {
      var drawn = 0
      draw(resample, from: groups) { position in
        positions[drawn] = position
        drawn += 1
      }
      if let value = try statistic(positions) { distribution.append(value) }
    }
    var jackknife: [Double] = []
    if method == .biasCorrected {
      for left in 0..<count {
        if let value = try statistic((0..<count).filter { $0 != left }) { jackknife.append(value) }
      }
    }
    return result(estimate, distribution, jackknife: jackknife)
  }

  /// Bounds for the mean of a value that each sample has, such as 1 where a prediction is right and 0 where not: the same as
  /// ``estimate(samples:strata:_:)`` with that mean, from the same draws, many times faster.
  ///
  /// - Parameters:
  ///   - values: one for each sample; traps without any.
  ///   - strata: the group of each sample, or none.
  public func estimate(meanOf values: [Double], strata: [Int]? = nil) -> BootstrapResult? {
    let groups = groups(samples: values.count, strata: strata)
    let count = Double(values.count)
    let total = values.reduce(0, +)
    let distribution = (0..<resamples).map { resample in
      var sum = 0.0
      draw(resample, from: groups) { sum += values[$0] }
      return sum / count
    }
    var jackknife: [Double] = []
    if method == .biasCorrected && values.count > 1 { jackknife = values.map { (total - $0) / (count - 1) } }
    return result(total / count, distribution, jackknife: jackknife)
  }

  /// Bounds for an accuracy.
  ///
  /// - Parameters:
  ///   - predictions: the predicted classes, any shape.
  ///   - labels: the true ones, as many; traps at another number, and without samples.
  ///   - stratified: whether every resample has as many samples of each class as there are. Default: no.
  public func accuracy(
    predictions: Tensor<Int32>, labels: Tensor<Int32>, stratified: Bool = false
  ) -> BootstrapResult? {
    require(
      predictions.count == labels.count,
      "Bootstrap.accuracy: predictions of shape \(predictions.shape) for labels of shape \(labels.shape)")
    let right = zip(predictions.scalars, labels.scalars).map { $0 == $1 ? 1.0 : 0 }
    return estimate(meanOf: right, strata: stratified ? labels.scalars.map { Int($0) } : nil)
  }

  /// Bounds for the difference second − first of a figure of two models on the same samples.
  ///
  /// Both are measured on the same draws, so what makes samples easy or hard for both cancels out; the difference of two
  /// intervals does not do that. See ``estimate(samples:strata:_:)`` for the parameters.
  public func difference(
    samples count: Int, strata: [Int]? = nil, first: ([Int]) throws -> Double?,
    second: ([Int]) throws -> Double?
  ) rethrows -> BootstrapResult? {
    try estimate(samples: count, strata: strata) { positions in
      guard let a = try first(positions), let b = try second(positions) else { return nil }
      return b - a
    }
  }

  /// Bounds for the difference second − first of two models' accuracies on the same samples.
  ///
  /// All of the same number; traps otherwise, and without samples.
  public func accuracyDifference(
    first: Tensor<Int32>, second: Tensor<Int32>, labels: Tensor<Int32>, stratified: Bool = false
  ) -> BootstrapResult? {
    require(
      first.count == labels.count && second.count == labels.count,
      "Bootstrap.accuracyDifference: predictions of shape \(first.shape) and \(second.shape) for labels of shape "
        + "\(labels.shape)")
    let (a, b, labels) = (first.scalars, second.scalars, labels.scalars)
    let differences = labels.indices.map { sample in
      (b[sample] == labels[sample] ? 1.0 : 0) - (a[sample] == labels[sample] ? 1 : 0)
    }
    return estimate(meanOf: differences, strata: stratified ? labels.map { Int($0) } : nil)
  }

  /// The positions of each group, the groups in the order in which they first appear.
  private func groups(samples count: Int, strata: [Int]?) -> [[Int]] {
    require(count > 0, "Bootstrap: no sample to draw from")
    guard let strata else { return [Array(0..<count)] }
    require(strata.count == count, "Bootstrap: \(strata.count) strata for \(count) samples")
    var numbers: [Int: Int] = [:]
    var groups: [[Int]] = []
    for (position, stratum) in strata.enumerated() {
      if let number = numbers[stratum] {
        groups[number].append(position)
      } else {
        numbers[stratum] = groups.count
        groups.append([position])
      }
    }
    return groups
  }

  /// Calls `use` with the positions of one resample.
  @inline(__always)
  private func draw(_ resample: Int, from groups: [[Int]], _ use: (Int) -> Void) {
    var generator = RandomGenerator(seed: seed, stream: UInt64(resample))
    for group in groups {
      for _ in 0..<group.count { use(group[generator.integer(below: group.count)]) }
    }
  }

  private func result(
    _ estimate: Double, _ distribution: [Double], jackknife: [Double]
  ) -> BootstrapResult? {
    if distribution.isEmpty { return nil }
    let sorted = distribution.sorted()
    let levels: (Double, Double)
    switch method {
    case .percentile: levels = Bootstrap.percentileLevels(level)
    case .biasCorrected:
      levels = Bootstrap.correctedLevels(level, estimate: estimate, sorted: sorted, jackknife: jackknife)
    }
    return BootstrapResult(
      estimate: estimate,
      interval: ConfidenceInterval(
        lower: quantile(levels.0, sorted: sorted), upper: quantile(levels.1, sorted: sorted), level: level),
      distribution: sorted, undefinedCount: resamples - distribution.count)
  }
}
