import GraftTensor

/// Which labels are probably wrong, and how often each class is labelled as each other: confident learning.
///
/// A sample speaks for class j if a model gives j at least the probability that it gives on average to samples that
/// are labelled j. Samples that speak for another class than their label are counted, and ranked for a human to look
/// at. Northcutt, Jiang, Chuang: *Confident Learning: Estimating Uncertainty in Dataset Labels*, 2021.
///
/// The probabilities have to come from models that have not learned from the sample: those of a cross-validation, put
/// together. Probabilities of the model's own training samples say nothing, as it may have learned the wrong labels.
///
/// ```swift
/// let joint = try confidentJoint(probabilities: heldOut, labels: dataset.labels)
/// print(joint)
/// for suspect in joint.suspects().prefix(20) { print(suspect) }
/// ```
public struct ConfidentJoint: Sendable, Hashable {
  /// What a sample has to reach to speak for each class: the mean probability of the class over the samples labelled
  /// so. Infinite for a class that no sample is labelled as.
  public let thresholds: [Double]

  /// How many samples have label `counts[label][class]` and speak for the class. Samples that speak for none are not
  /// counted; one that speaks for several counts for the most probable.
  public let counts: [[Int]]

  /// How many samples are labelled as each class.
  public let labelFrequencies: [Int]

  /// The samples that speak for another class than their label, in their own order.
  let offDiagonal: [LabelSuspect]
}

/// Counts which samples speak for which classes; see ``ConfidentJoint``.
///
/// - Parameters:
///   - probabilities: The probability of each class for each sample, out of sample; shape `[samples, classes]`. Rows
///     need not add up to 1. Traps unless there is a row for each label.
///   - labels: The given classes, shape `[samples]`.
/// - Throws: ``DataError`` with the sample if a probability is not a number from 0 to 1, or a label not a class.
public func confidentJoint(probabilities: Tensor<Float>, labels: Tensor<Int32>) throws -> ConfidentJoint {
  require(
    probabilities.rank == 2 && labels.rank == 1 && probabilities.shape[0] == labels.count,
    "confidentJoint: probabilities of shape \(probabilities.shape) for labels of shape \(labels.shape)")
  let classCount = probabilities.shape[1]
  let values = probabilities.scalars
  let given = try labels.scalars.enumerated().map { sample, label in
    guard label >= 0 && label < classCount else {
      throw DataError(
        .labelOutOfRange, at: .sample(sample), "label \(label) is not one of \(classCount) classes",
        advice: "Check that probabilities and labels belong together")
    }
    return Int(label)
  }
  // A softmax in single precision can come out a little above 1.
  if let place = values.firstIndex(where: { !($0 >= 0 && $0 <= 1.0001) }) {
    throw DataError(
      .malformed, at: .sample(place / classCount), "\(values[place]) is not a probability",
      advice: "Pass probabilities (softmax of logits); NaN comes from a model that has diverged")
  }

  var sums = Array(repeating: 0.0, count: classCount)
  var frequencies = Array(repeating: 0, count: classCount)
  for (sample, label) in given.enumerated() {
    sums[label] += Double(values[sample * classCount + label])
    frequencies[label] += 1
  }
  let thresholds = zip(sums, frequencies).map { $1 > 0 ? $0 / Double($1) : .infinity }

  var counts = Array(repeating: Array(repeating: 0, count: classCount), count: classCount)
  var suspects: [LabelSuspect] = []
  for (sample, label) in given.enumerated() {
    let row = values[(sample * classCount)..<((sample + 1) * classCount)].map(Double.init)
    // The mean of equal numbers can be a rounding above them.
    let reached = row.indices.filter { row[$0] >= thresholds[$0] - 1e-9 }
    // The first of several that are equal.
    guard let spokenFor = reached.max(by: { (row[$0], $1) < (row[$1], $0) }) else { continue }
    counts[label][spokenFor] += 1
    guard spokenFor != label else { continue }
    let rival = row.indices.filter { $0 != label }.map { row[$0] }.max() ?? 0
    suspects.append(
      LabelSuspect(
        sample: sample, label: label, suggestion: spokenFor, selfConfidence: row[label],
        normalizedMargin: row[label] - rival))
  }
  return ConfidentJoint(
    thresholds: thresholds, counts: counts, labelFrequencies: frequencies, offDiagonal: suspects)
}
