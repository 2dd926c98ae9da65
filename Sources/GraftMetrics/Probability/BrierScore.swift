import GraftTensor

/// The mean squared distance of predicted probabilities from what came true, the smaller the better (Brier: *Verification of
/// Forecasts Expressed in Terms of Probability*, 1950).
///
/// Other than the log loss it stays small for a sure mistake. Sums are kept in double precision.
public struct BrierScore: Sendable, Hashable {
  private var sum = 0.0

  /// The number of samples counted.
  public private(set) var sampleCount = 0

  /// Whether any batch had more than two classes.
  private var hasManyClasses = false

  /// A measurement without samples.
  public init() {}

  /// Counts a batch: Σⱼ (pⱼ − yⱼ)² for each row, with y 1 for the true class and 0 for the others.
  ///
  /// - Parameters:
  ///   - probabilities: `[samples, classes]`, rows that sum to one.
  ///   - labels: the true classes, `[samples]`. Traps at one that is not a column of `probabilities`.
  public mutating func add(probabilities: Tensor<Float>, labels: Tensor<Int32>) {
    let rows = ScoreRows(probabilities, labels: labels, operation: "BrierScore.add")
    if rows.classCount > 2 && labels.count > 0 { hasManyClasses = true }
    for (row, label) in rows {
      for (number, probability) in row.enumerated() {
        let distance = Double(probability) - (number == label ? 1 : 0)
        sum += distance * distance
      }
      sampleCount += 1
    }
  }

  /// Counts a batch of two classes of which only the positive one's probability is given.
  ///
  /// - Parameters:
  ///   - positiveProbabilities: any shape, an element for each sample.
  ///   - labels: 1 for positive, 0 for negative samples; as many. Traps at others.
  public mutating func add(positiveProbabilities: Tensor<Float>, labels: Tensor<Int32>) {
    var outcomes = ScoredOutcomes()
    outcomes.add(scores: positiveProbabilities, labels: labels, operation: "BrierScore.add")
    for (probability, isPositive) in zip(outcomes.scores, outcomes.outcomes) {
      let distance = Double(probability) - (isPositive ? 1 : 0)
      sum += 2 * distance * distance
      sampleCount += 1
    }
  }

  /// Adds the sums of other samples.
  public static func += (score: inout BrierScore, other: BrierScore) {
    score.sum += other.sum
    score.sampleCount += other.sampleCount
    score.hasManyClasses = score.hasManyClasses || other.hasManyClasses
  }

  /// The score so far, `nil` before any sample was counted.
  ///
  /// For two classes (p − y)² of the positive one, from 0 to 1; for more the sum over all classes, from 0 to 2. So does
  /// scikit-learn.
  public var value: Double? {
    sampleCount == 0 ? nil : sum / Double(sampleCount) / (hasManyClasses ? 1 : 2)
  }
}
