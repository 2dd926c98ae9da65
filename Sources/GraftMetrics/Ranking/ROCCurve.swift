/// The receiver operating characteristic: how many negative samples are called positive for how many of the positive ones.
public struct ROCCurve: Sendable, Hashable {
  /// What calling every sample positive whose score is at least a threshold comes to.
  public struct Point: Sendable, Hashable {
    /// The least score that is called positive; infinite at the first point, where nothing is.
    public let threshold: Float

    /// The part of the negative samples that are called positive.
    public let falsePositiveRate: Double

    /// The part of the positive samples that are: the recall.
    public let truePositiveRate: Double
  }

  /// The points from (0, 0) to (1, 1), the largest threshold first.
  public let points: [Point]

  /// The area below the curve.
  public let area: Double

  /// The curve through counts that reach both positive and negative samples.
  init(counts: [ThresholdCount], droppingIntermediate: Bool) {
    let kept = droppingIntermediate ? ROCCurve.corners(of: counts) : counts
    let (positives, negatives) = (kept.last?.truePositives ?? 0, kept.last?.falsePositives ?? 0)
    let start = Point(threshold: .infinity, falsePositiveRate: 0, truePositiveRate: 0)
    points =
      [start]
      + kept.map {
        Point(
          threshold: $0.threshold, falsePositiveRate: ratio($0.falsePositives, negatives),
          truePositiveRate: ratio($0.truePositives, positives))
      }
    area = ROCCurve.area(below: counts)
  }

  /// The part of the pairs of a positive and a negative sample that are in the right order, counted in whole numbers; ties
  /// count half.
  static func area(below counts: [ThresholdCount]) -> Double {
    var twice = 0
    var (truePositives, falsePositives) = (0, 0)
    for count in counts {
      twice += (count.falsePositives - falsePositives) * (count.truePositives + truePositives)
      (truePositives, falsePositives) = (count.truePositives, count.falsePositives)
    }
    return Double(twice) / 2 / (Double(truePositives) * Double(falsePositives))
  }

  /// The first, the last, and all between whose step to the next differs from the step that led to them.
  private static func corners(of counts: [ThresholdCount]) -> [ThresholdCount] {
    guard counts.count > 2 else { return counts }
    return counts.indices.filter { index in
      if index == 0 || index == counts.count - 1 { return true }
      let (before, here, after) = (counts[index - 1], counts[index], counts[index + 1])
      return after.truePositives - here.truePositives != here.truePositives - before.truePositives
        || after.falsePositives - here.falsePositives != here.falsePositives - before.falsePositives
    }.map { counts[$0] }
  }
}
