import GraftTensor

/// Whether a model's probabilities mean what they say: of the predictions made with probability 0.8, are 80 % right?
///
/// ```swift
/// var calibration = Calibration()
/// for batch in validation { calibration.add(logits: model(batch.images).value, labels: batch.labels) }
/// let table = calibration.table(bins: 15)
/// print(table.expectedError ?? .nan)
/// print(table)
/// ```
///
/// A confidence and an outcome are kept for each sample, five bytes, so that samples can be divided in any way at the end.
public struct Calibration: Sendable, Hashable {
  /// How confidences are divided.
  public enum Binning: String, Sendable, Hashable, Codable, CaseIterable {
    /// Bins as wide as each other: (0, 1/m], (1/m, 2/m] and so on; 0 belongs to the first.
    case equalWidth
    /// Bins of as many samples as each other: their edges are quantiles of the confidences, interpolated linearly. Equal
    /// confidences stay together, so that bins may differ in size, and be empty.
    case equalMass
  }

  private var outcomes = ScoredOutcomes()

  /// A measurement without samples.
  public init() {}

  /// The number of samples.
  public var sampleCount: Int { outcomes.count }

  /// Adds a batch: the confidence of a sample is its largest probability, its outcome whether that is the true class.
  ///
  /// - Parameters:
  ///   - probabilities: `[samples, classes]`. Traps at what lies outside of 0 to 1 by more than rounding, such as logits.
  ///   - labels: the true classes, `[samples]`. Traps at one that is not a column of `probabilities`.
  public mutating func add(probabilities: Tensor<Float>, labels: Tensor<Int32>) {
    let predictions = probabilities.rank == 2 ? probabilities.argmax(along: 1).scalars : []
    let rows = ScoreRows(probabilities, labels: labels, operation: "Calibration.add")
    for ((row, label), prediction) in zip(rows, predictions) {
      add(row[row.startIndex + Int(prediction)], Int(prediction) == label)
    }
  }

  /// Adds a batch of logits, of which softmax makes probabilities.
  public mutating func add(logits: Tensor<Float>, labels: Tensor<Int32>) {
    add(probabilities: logits.softmax(), labels: labels)
  }

  /// Adds a batch of two classes: the confidence of a sample is the probability of being positive, its outcome whether it is.
  ///
  /// - Parameters:
  ///   - positiveProbabilities: any shape, an element for each sample. Traps at what lies outside of 0 to 1.
  ///   - labels: 1 for positive, 0 for negative samples; as many. Traps at others.
  public mutating func add(positiveProbabilities: Tensor<Float>, labels: Tensor<Int32>) {
    var batch = ScoredOutcomes()
    batch.add(scores: positiveProbabilities, labels: labels, operation: "Calibration.add")
    for (probability, isPositive) in zip(batch.scores, batch.outcomes) { add(probability, isPositive) }
  }

  private mutating func add(_ confidence: Float, _ outcome: Bool) {
    // Rows of a softmax exceed 1 by their rounding.
    require(
      confidence.isNaN || (confidence >= 0 && confidence <= 1 + 16 * Float.ulpOfOne),
      "Calibration.add: \(confidence) is not a probability; for logits there is add(logits:labels:)")
    outcomes.add(confidence.isNaN ? confidence : min(confidence, 1), outcome)
  }

  /// Adds the samples of another measurement.
  public static func += (calibration: inout Calibration, other: Calibration) {
    calibration.outcomes += other.outcomes
  }

  /// The expected calibration error; see ``ReliabilityTable/expectedError``. `nil` without samples, or if any
  /// confidence is NaN.
  public func expectedError(bins: Int = 15, _ binning: Binning = .equalWidth) -> Double? {
    table(bins: bins, binning).expectedError
  }

  /// The largest calibration error of a bin; see ``ReliabilityTable/maximumError``.
  public func maximumError(bins: Int = 15, _ binning: Binning = .equalWidth) -> Double? {
    table(bins: bins, binning).maximumError
  }

  /// Mean confidence and accuracy of each of several ranges of confidence.
  ///
  /// - Parameters:
  ///   - bins: how many; traps unless positive. Default: 15, as Guo et al. have it.
  ///   - binning: how samples are divided.
  ///
  /// Without samples, or if any confidence is NaN, all bins are empty.
  public func table(bins: Int = 15, _ binning: Binning = .equalWidth) -> ReliabilityTable {
    require(bins > 0, "Calibration.table: \(bins) bins; at least one is needed")
    let scores = outcomes.hasNaN ? [] : outcomes.scores
    let edges = Calibration.edges(bins: bins, binning, of: scores)
    var (counts, sums, hits) = (
      Array(repeating: 0, count: bins), Array(repeating: 0.0, count: bins), Array(repeating: 0, count: bins)
    )
    for (score, outcome) in zip(scores, outcomes.outcomes) {
      let confidence = Double(score)
      let bin = Calibration.bin(of: confidence, edges: edges)
      counts[bin] += 1
      sums[bin] += confidence
      if outcome { hits[bin] += 1 }
    }
    return ReliabilityTable(
      bins: (0..<bins).map { bin in
        ReliabilityTable.Bin(
          lower: edges[bin], upper: edges[bin + 1], count: counts[bin],
          confidence: counts[bin] == 0 ? 0 : sums[bin] / Double(counts[bin]),
          accuracy: ratio(hits[bin], counts[bin]))
      })
  }

  /// The bounds of the bins, one more than there are.
  private static func edges(bins: Int, _ binning: Binning, of scores: [Float]) -> [Double] {
    guard binning == .equalMass, !scores.isEmpty else { return (0...bins).map { Double($0) / Double(bins) } }
    let sorted = scores.map { Double($0) }.sorted()
    return (0...bins).map { quantile($0, of: bins, sorted: sorted) }
  }

  /// The bin (lower, upper] that holds a confidence, by halving.
  private static func bin(of confidence: Double, edges: [Double]) -> Int {
    var (low, high) = (0, edges.count - 2)
    while low < high {
      let middle = (low + high) / 2
      if confidence <= edges[middle + 1] { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
