import GraftTensor

/// How well samples that may have several labels, or none, were labelled.
///
/// Labels are scored one by one and as one; samples by whether all their labels are right, and by the mean over samples
/// of how well each one's labels were found. A score without anything to measure it on is 0.
///
/// ```swift
/// var scores = MultilabelScores(labels: 3, names: ["beach", "sunset", "people"])
/// for batch in validation {
///   scores.add(scores: model(batch.images).value, labels: batch.labels, threshold: 0)  // logits
/// }
/// print(scores.scores(.micro).f1, scores.subsetAccuracy)
/// print(ClassificationReport(scores))
/// ```
///
/// Counts are whole numbers. The means over samples are sums in double precision, added sample by sample: batches give
/// the same bits as the whole; merged parts may differ in the last ones.
public struct MultilabelScores: Sendable, Hashable {
  /// The names of the labels, in the order of their columns.
  public let labelNames: [String]

  /// The number of samples counted.
  public private(set) var sampleCount = 0

  private var counts: [ClassCounts]
  private var exactCount = 0
  private var samplePrecision = 0.0
  private var sampleRecall = 0.0
  private var sampleF1 = 0.0
  private var sampleJaccard = 0.0

  /// Scores of no sample.
  ///
  /// - Parameters:
  ///   - labels: the number of labels; traps unless it is positive.
  ///   - names: a name for each, by default its number. Traps if there are more or fewer than labels.
  public init(labels: Int, names: [String]? = nil) {
    require(labels > 0, "MultilabelScores: \(labels) labels; at least one is needed")
    labelNames = names ?? (0..<labels).map(String.init)
    require(labelNames.count == labels, "MultilabelScores: \(labelNames.count) names for \(labels) labels")
    counts = Array(repeating: ClassCounts(), count: labels)
  }

  /// The number of labels.
  public var labelCount: Int { labelNames.count }

  /// Counts a batch.
  ///
  /// Both have the shape `[samples, labels]`; traps otherwise.
  public mutating func add(predictions: Tensor<Bool>, labels: Tensor<Bool>) {
    require(
      labels.rank == 2 && labels.shape[1] == labelCount && predictions.shape == labels.shape,
      "MultilabelScores.add: predictions of shape \(predictions.shape) for labels of shape \(labels.shape); "
        + "both have to be [samples, \(labelCount)]")
    let (predicted, actual) = (predictions.scalars, labels.scalars)
    for start in stride(from: 0, to: actual.count, by: labelCount) {
      var sample = ClassCounts()
      for label in 0..<labelCount {
        let (guess, truth) = (predicted[start + label] ? 1 : 0, actual[start + label] ? 1 : 0)
        counts[label].correct += guess * truth
        counts[label].predicted += guess
        counts[label].actual += truth
        sample.correct += guess * truth
        sample.predicted += guess
        sample.actual += truth
      }
      if sample.predicted == sample.correct && sample.actual == sample.correct { exactCount += 1 }
      samplePrecision += sample.precision
      sampleRecall += sample.recall
      sampleF1 += sample.f(beta: 1)
      sampleJaccard += sample.jaccard
      sampleCount += 1
    }
  }

  /// Counts a batch of scores: a label is predicted where its score is above the threshold. NaN is not.
  ///
  /// - Parameters:
  ///   - scores: `[samples, labels]`; traps otherwise.
  ///   - labels: the true labels, of the same shape.
  ///   - threshold: 0 for logits, 0.5 for probabilities, or what validation showed to be better.
  public mutating func add(scores: Tensor<Float>, labels: Tensor<Bool>, threshold: Float) {
    let predictions = Tensor(shape: scores.shape, scalars: scores.scalars.map { $0 > threshold })
    add(predictions: predictions, labels: labels)
  }

  /// Adds the counts of other samples. Traps if the labels differ.
  public static func += (scores: inout MultilabelScores, other: MultilabelScores) {
    require(
      scores.labelNames == other.labelNames,
      "MultilabelScores +=: labels \(scores.labelNames) and \(other.labelNames)")
    for label in scores.counts.indices { scores.counts[label] = scores.counts[label] + other.counts[label] }
    scores.sampleCount += other.sampleCount
    scores.exactCount += other.exactCount
    scores.samplePrecision += other.samplePrecision
    scores.sampleRecall += other.sampleRecall
    scores.sampleF1 += other.sampleF1
    scores.sampleJaccard += other.sampleJaccard
  }

  /// The part of the samples whose labels are all right and complete.
  public var subsetAccuracy: Double { ratio(exactCount, sampleCount) }

  /// The part of all labels of all samples that is wrong, given too much or missing.
  public var hammingLoss: Double {
    ratio(counts.reduce(0) { $0 + $1.predicted + $1.actual - 2 * $1.correct }, sampleCount * labelCount)
  }

  /// The scores of one label. Traps if there is no such label.
  public func scores(of label: Int) -> ClassScores { counts(of: label).scores }

  /// The scores of all labels as one.
  public func scores(_ averaging: Averaging) -> ClassScores { averaging.scores(of: counts) }

  /// The mean over the samples of how well the labels of each were found.
  public var sampleScores: ClassScores {
    ClassScores(
      precision: sampleMean(samplePrecision), recall: sampleMean(sampleRecall), f1: sampleMean(sampleF1),
      support: counts.reduce(0) { $0 + $1.actual })
  }

  /// The F-beta score of one label; see ``ConfusionMatrix/fBeta(_:of:)``.
  public func fBeta(_ beta: Double, of label: Int) -> Double { counts(of: label).f(beta: beta) }

  /// The F-beta score of all labels as one.
  public func fBeta(_ beta: Double, _ averaging: Averaging) -> Double {
    averaging.mean(of: counts) { $0.f(beta: beta) }
  }

  /// The Jaccard index of one label: TP / (TP + FP + FN).
  public func jaccard(of label: Int) -> Double { counts(of: label).jaccard }

  /// The Jaccard index of all labels as one.
  public func jaccard(_ averaging: Averaging) -> Double { averaging.mean(of: counts, \.jaccard) }

  /// The mean over the samples of the Jaccard index of each one's labels.
  public var sampleJaccardIndex: Double { sampleMean(sampleJaccard) }

  private func counts(of label: Int) -> ClassCounts {
    require(counts.indices.contains(label), "MultilabelScores: \(label) is not one of \(labelCount) labels")
    return counts[label]
  }

  private func sampleMean(_ sum: Double) -> Double { sampleCount == 0 ? 0 : sum / Double(sampleCount) }
}
