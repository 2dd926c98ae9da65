import GraftTensor

/// The part of samples whose true class is among the `k` classes with the largest scores.
///
/// ```swift
/// var top5 = TopKAccuracy(k: 5)
/// top5.add(scores: logits, labels: labels)
/// print(top5.value)
/// ```
public struct TopKAccuracy: Sendable, Hashable {
  /// How many classes are considered.
  public let k: Int

  /// How many of the samples counted had their true class among them.
  public private(set) var hits = 0

  /// The number of samples counted.
  public private(set) var sampleCount = 0

  /// Traps unless `k` is positive.
  public init(k: Int) {
    require(k > 0, "TopKAccuracy: k is \(k); it has to be positive")
    self.k = k
  }

  /// Counts a batch.
  ///
  /// Of equal scores those of higher classes come first, as in scikit-learn. A true class whose score is NaN is
  /// a miss, and other scores that are NaN rank above it.
  ///
  /// - Parameters:
  ///   - scores: Logits or probabilities, shape `[samples, classes]`.
  ///   - labels: The true classes, shape `[samples]`. Traps at one that is not a column of `scores`.
  public mutating func add(scores: Tensor<Float>, labels: Tensor<Int32>) {
    for (row, label) in ScoreRows(scores, labels: labels, operation: "TopKAccuracy.add") {
      let own = row.startIndex + label
      let score = row[own]
      let rank = row.indices.reduce(0) { rank, index in
        let isAbove = !(row[index] <= score) || (row[index] == score && index > own)
        return rank + (isAbove ? 1 : 0)
      }
      if !score.isNaN && rank < k { hits += 1 }
      sampleCount += 1
    }
  }

  /// Adds the counts of other samples. Traps if their `k` is another.
  public static func += (accuracy: inout TopKAccuracy, other: TopKAccuracy) {
    require(accuracy.k == other.k, "TopKAccuracy +=: k is \(accuracy.k) and \(other.k)")
    accuracy.hits += other.hits
    accuracy.sampleCount += other.sampleCount
  }

  /// The accuracy so far, from 0 to 1; 0 before any sample was counted.
  public var value: Double { sampleCount == 0 ? 0 : Double(hits) / Double(sampleCount) }
}
