/// How many of the samples called positive are so, for how many of the positive samples found.
public struct PrecisionRecallCurve: Sendable, Hashable {
  /// What calling every sample positive whose score is at least a threshold comes to.
  public struct Point: Sendable, Hashable {
    /// The least score that is called positive; infinite at the last point, where nothing is.
    public let threshold: Float

    /// The part of what is called positive that is; 1 where nothing is called so.
    public let precision: Double

    /// The part of the positive samples that are called so.
    public let recall: Double
  }

  /// The points by falling recall, the smallest threshold first, and (precision 1, recall 0) at the end.
  public let points: [Point]

  /// The area below the curve as steps; see ``BinaryRanking/averagePrecision``.
  public let averagePrecision: Double

  init(counts: [ThresholdCount], droppingIntermediate: Bool) {
    let kept = droppingIntermediate ? PrecisionRecallCurve.ends(of: counts) : counts
    let positives = kept.last?.truePositives ?? 0
    points =
      kept.reversed().map {
        Point(
          threshold: $0.threshold, precision: ratio($0.truePositives, $0.truePositives + $0.falsePositives),
          recall: positives == 0 ? 1 : ratio($0.truePositives, positives))
      } + [Point(threshold: .infinity, precision: 1, recall: 0)]
    averagePrecision = PrecisionRecallCurve.averagePrecision(of: counts)
  }

  /// Σ (Rₙ − Rₙ₋₁)·Pₙ; 0 without a positive sample.
  static func averagePrecision(of counts: [ThresholdCount]) -> Double {
    var (sum, positives) = (0.0, 0)
    for count in counts {
      let precision = ratio(count.truePositives, count.truePositives + count.falsePositives)
      sum += Double(count.truePositives - positives) * precision
      positives = count.truePositives
    }
    return positives == 0 ? 0 : sum / Double(positives)
  }

  /// The first and the last threshold of each recall.
  private static func ends(of counts: [ThresholdCount]) -> [ThresholdCount] {
    counts.indices.filter { index in
      if index == 0 || index == counts.count - 1 { return true }
      let recall = counts[index].truePositives
      return counts[index - 1].truePositives != recall || counts[index + 1].truePositives != recall
    }.map { counts[$0] }
  }
}
