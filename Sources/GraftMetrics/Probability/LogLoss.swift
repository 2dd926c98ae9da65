import Foundation
import GraftTensor

/// The mean negative logarithm of the probability that was given to the true class (cross entropy), in nats.
///
/// It measures how sure a classifier is of the right answer, not only whether it gives it. Sums are kept in
/// double precision. A probability or logit that is NaN, or an infinite logit, makes the value not finite.
public struct LogLoss: Sendable, Hashable {
  private var sum = 0.0

  /// The number of samples counted.
  public private(set) var sampleCount = 0

  /// A measurement without samples.
  public init() {}

  /// Counts a batch of probabilities.
  ///
  /// They are limited to ε…1−ε with ε = 2⁻²³, so that one sure mistake costs 15.9 and not infinity, as in
  /// scikit-learn for single precision.
  ///
  /// - Parameters:
  ///   - probabilities: Shape `[samples, classes]`, rows that sum to one.
  ///   - labels: The true classes, shape `[samples]`. Traps at one that is not a column of `probabilities`.
  public mutating func add(probabilities: Tensor<Float>, labels: Tensor<Int32>) {
    let smallest = Float.ulpOfOne
    for (row, label) in ScoreRows(probabilities, labels: labels, operation: "LogLoss.add") {
      let probability = min(max(row[row.startIndex + label], smallest), 1 - smallest)
      sum -= log(Double(probability))
      sampleCount += 1
    }
  }

  /// Counts a batch of logits: `log Σⱼ exp(zⱼ) − z_label` for each row `z`, without limits.
  ///
  /// - Parameters:
  ///   - logits: Shape `[samples, classes]`.
  ///   - labels: The true classes, shape `[samples]`. Traps at one that is not a column of `logits`.
  public mutating func add(logits: Tensor<Float>, labels: Tensor<Int32>) {
    for (row, label) in ScoreRows(logits, labels: labels, operation: "LogLoss.add") {
      sum += negativeLogLikelihood(of: label, logits: row)
      sampleCount += 1
    }
  }

  /// Adds the sums of other samples.
  public static func += (loss: inout LogLoss, other: LogLoss) {
    loss.sum += other.sum
    loss.sampleCount += other.sampleCount
  }

  /// The mean so far; 0 before any sample was counted.
  public var value: Double { sampleCount == 0 ? 0 : sum / Double(sampleCount) }
}

/// log Σⱼ exp(zⱼ) − z_label for a row `z` of logits, in double precision.
func negativeLogLikelihood(of label: Int, logits row: ArraySlice<Float>) -> Double {
  let largest = Double(row.max() ?? 0)
  let exponentials = row.reduce(0.0) { $0 + exp(Double($1) - largest) }
  return log(exponentials) - (Double(row[row.startIndex + label]) - largest)
}
