import GraftTensor

/// Scores, each with whether what it speaks for was so. Five bytes a sample.
struct ScoredOutcomes: Sendable, Hashable {
  private(set) var scores: [Float] = []
  private(set) var outcomes: [Bool] = []

  /// Whether any score is NaN: then there is no order.
  private(set) var hasNaN = false

  var count: Int { scores.count }

  mutating func add(_ score: Float, _ outcome: Bool) {
    scores.append(score)
    outcomes.append(outcome)
    if score.isNaN { hasNaN = true }
  }

  static func += (outcomes: inout ScoredOutcomes, other: ScoredOutcomes) {
    outcomes.scores += other.scores
    outcomes.outcomes += other.outcomes
    outcomes.hasNaN = outcomes.hasNaN || other.hasNaN
  }

  /// Adds a batch of scores with labels that are 0 or 1, of the same number; traps at other ones.
  mutating func add(scores: Tensor<Float>, labels: Tensor<Int32>, operation: StaticString) {
    require(
      scores.count == labels.count,
      "\(operation): scores of shape \(scores.shape) for labels of shape \(labels.shape)")
    for (score, label) in zip(scores.scalars, labels.scalars) {
      require(label == 0 || label == 1, "\(operation): label \(label) is neither 0 nor 1")
      add(score, label == 1)
    }
  }

  /// How many samples would be called positive at each score, rightly and wrongly; from the largest score down.
  ///
  /// Equal scores are one threshold, 0 and −0 too. What no threshold divides can't be in an order, so that the areas
  /// below do not depend on the order of ties.
  func thresholdCounts() -> [ThresholdCount] {
    // A whole number whose order is that of the scores, and the outcome behind it: sorting numbers is several times
    // faster than sorting pairs.
    var keys = zip(scores, outcomes).map { score, outcome -> UInt64 in
      let bits = (score + 0).bitPattern
      let order = bits >> 31 == 1 ? ~bits : bits | 0x8000_0000
      return UInt64(order) << 1 | (outcome ? 1 : 0)
    }
    keys.sort()
    var counts: [ThresholdCount] = []
    var (truePositives, falsePositives) = (0, 0)
    for index in keys.indices.reversed() {
      let order = UInt32(truncatingIfNeeded: keys[index] >> 1)
      truePositives += Int(keys[index] & 1)
      falsePositives += 1 - Int(keys[index] & 1)
      if index > 0 && UInt32(truncatingIfNeeded: keys[index - 1] >> 1) == order { continue }
      let score = Float(bitPattern: order >> 31 == 1 ? order & 0x7FFF_FFFF : ~order)
      counts.append(
        ThresholdCount(threshold: score, truePositives: truePositives, falsePositives: falsePositives))
    }
    return counts
  }
}

/// What calling every sample positive whose score is at least a threshold comes to.
struct ThresholdCount: Sendable, Hashable {
  let threshold: Float
  let truePositives: Int
  let falsePositives: Int
}
