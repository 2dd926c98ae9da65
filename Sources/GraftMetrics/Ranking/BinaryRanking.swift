import GraftTensor

/// How well scores put the positive samples before the negative ones: curves, and the areas below them.
///
/// ```swift
/// var ranking = BinaryRanking()
/// for batch in validation { ranking.add(scores: model(batch.images).value, labels: batch.labels) }
/// print(ranking.rocArea ?? .nan, ranking.averagePrecision ?? .nan)
/// try ranking.rocCurve()?.svg().write(to: url, atomically: true, encoding: .utf8)
/// ```
///
/// All scores are kept, five bytes a sample: their order is known only at the end. Only the order counts, so logits serve
/// as well as probabilities. Samples of equal scores are never put in an order; results are exact and do not depend
/// on the order in which samples were added. With a score that is NaN there is no order: all results are `nil`.
public struct BinaryRanking: Sendable, Hashable {
  private var outcomes = ScoredOutcomes()

  /// A ranking of no sample.
  public init() {}

  init(_ outcomes: ScoredOutcomes) { self.outcomes = outcomes }

  /// Adds a batch.
  ///
  /// - Parameters:
  ///   - scores: larger for what is more likely positive; any shape, an element for each sample.
  ///   - labels: 1 for positive, 0 for negative samples; as many. Traps at others.
  public mutating func add(scores: Tensor<Float>, labels: Tensor<Int32>) {
    outcomes.add(scores: scores, labels: labels, operation: "BinaryRanking.add")
  }

  /// Adds the samples of another ranking.
  public static func += (ranking: inout BinaryRanking, other: BinaryRanking) {
    ranking.outcomes += other.outcomes
  }

  /// The number of samples.
  public var sampleCount: Int { outcomes.count }

  /// The number of positive samples.
  public var positiveCount: Int { outcomes.outcomes.reduce(0) { $0 + ($1 ? 1 : 0) } }

  /// The area below the ROC curve: the chance that a positive sample is scored above a negative one, ties counting half
  /// (Hanley, McNeil: *The Meaning and Use of the Area under a Receiver Operating Characteristic Curve*, 1982).
  ///
  /// Pairs are counted in whole numbers. `nil` unless there are both positive and negative samples.
  public var rocArea: Double? { bothOrdered().map { ROCCurve.area(below: $0) } }

  /// Average precision: Σ (Rₙ − Rₙ₋₁)·Pₙ over the thresholds, from the largest down, with Pₙ and Rₙ the precision and
  /// recall there.
  ///
  /// It is the area below the precision–recall curve as steps; nothing is interpolated between thresholds, which would
  /// be too optimistic (Davis, Goadrich: *The Relationship Between Precision-Recall and ROC Curves*, 2006). 0 without a
  /// positive sample, `nil` without any.
  public var averagePrecision: Double? { ordered().map { PrecisionRecallCurve.averagePrecision(of: $0) } }

  /// The rates of true and false positives at every threshold.
  ///
  /// - Parameter droppingIntermediate: leaves out thresholds that lie on a straight line between their neighbours,
  ///   with equal steps before and after: what no drawing shows. The area stays the same. Default: yes, as in
  ///   scikit-learn.
  /// - Returns: `nil` unless there are both positive and negative samples.
  public func rocCurve(droppingIntermediate: Bool = true) -> ROCCurve? {
    bothOrdered().map { ROCCurve(counts: $0, droppingIntermediate: droppingIntermediate) }
  }

  /// Precision and recall at every threshold.
  ///
  /// - Parameter droppingIntermediate: leaves out thresholds whose recall is also that of both neighbours: points in the
  ///   middle of a vertical line. Default: no, as in scikit-learn.
  /// - Returns: `nil` without samples. Without a positive one every recall is 1, as in scikit-learn.
  public func precisionRecallCurve(droppingIntermediate: Bool = false) -> PrecisionRecallCurve? {
    ordered().map { PrecisionRecallCurve(counts: $0, droppingIntermediate: droppingIntermediate) }
  }

  /// The counts at each threshold; `nil` without samples, and where a NaN leaves no order.
  private func ordered() -> [ThresholdCount]? {
    sampleCount == 0 || outcomes.hasNaN ? nil : outcomes.thresholdCounts()
  }

  /// Those, if there are both positive and negative samples.
  private func bothOrdered() -> [ThresholdCount]? {
    let positives = positiveCount
    return positives == 0 || positives == sampleCount ? nil : ordered()
  }
}
