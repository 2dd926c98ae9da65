import GraftAutograd
import GraftData
import GraftMetrics
import GraftNN
import GraftTensor

/// How well a classifier does on a data set.
///
/// Printed, it is one line; ``report`` is the table by class.
public struct Evaluation: Sendable, Hashable {
  /// How often each class was taken for each other.
  public let confusion: ConfusionMatrix

  /// The mean negative logarithm of the probability that the true class was given, in nats.
  public let logLoss: Double

  /// How far the probabilities can be believed: of what was said with 0.8, about 0.8 should be right.
  public let calibration: Calibration

  /// How long the forward pass of each batch took, the first left out where there is a second.
  public let latency: LatencySummary

  /// The part of the samples that were classified rightly.
  public var accuracy: Double { confusion.accuracy }

  /// Where the accuracy on unlimited data of this kind may lie, with a confidence of 95 %, by Wilson's formula; `nil` without samples.
  public var accuracyInterval: ConfidenceInterval? { confusion.accuracyInterval() }

  /// The plain mean over the classes of the part of a class' predictions that is right.
  public var precision: Double { confusion.precision(.macro) }

  /// The plain mean over the classes of the part of a class' samples that was found.
  public var recall: Double { confusion.recall(.macro) }

  /// The plain mean over the classes of the harmonic mean of precision and recall.
  public var f1: Double { confusion.f1(.macro) }

  /// Precision, recall and F1 of each class, and their averages.
  public var report: ClassificationReport { ClassificationReport(confusion) }
}

extension Evaluation: CustomStringConvertible {
  /// One line: accuracy, macro precision, recall and F1, log loss, samples and latency.
  public var description: String {
    let scores = [
      ("accuracy", accuracy), ("precision", precision), ("recall", recall), ("F1", f1), ("log loss", logLoss),
    ]
    let numbers = scores.map { "\($0.0) \(TextTable.number($0.1, decimals: 4))" }.joined(separator: "  ")
    return numbers + "  (\(confusion.sampleCount) samples, \(latency))"
  }
}

/// Classifies a data set in order, in inference mode, and tells how well that went.
///
/// ```swift
/// print(evaluate(model, on: validation))
/// print(evaluate(model.head, on: extractFeatures(of: model, from: validation)))
/// ```
///
/// Nothing is recorded and nothing in the model changes, wherever this is called.
///
/// - Parameters:
///   - model: gives logits `[n, classes]`; as many classes as the data set has.
///   - dataset: what to classify.
///   - batchSize: samples in one forward pass.
///   - views: how each image is looked at; the mean of the probabilities counts. Default: once, as it is. With
///     ``TestTimeAugmentation/mirrored`` also its mirror image, in twice the time.
///
/// Traps if the logits are not `[n, classes]` with as many classes as the data set has.
public func evaluate(
  _ model: some Layer, on dataset: LabeledDataset, batchSize: Int = 64, views: TestTimeAugmentation? = nil
) -> Evaluation {
  var confusion = ConfusionMatrix(classes: dataset.classCount, names: dataset.classNames)
  var logLoss = LogLoss()
  var calibration = Calibration()
  // The first forward pass fills memory pools; a data set of one batch has no other.
  var latency = LatencySummary(warmUp: dataset.count > batchSize ? 1 : 0)
  withoutRecording {
    for batch in dataset.batches(of: batchSize) {
      let logits = latency.measure(items: batch.count) { judged(batch.inputs, by: model, views) }
      require(
        logits.rank == 2 && logits.shape[1] == dataset.classCount,
        "evaluate: the model gives scores of shape \(logits.shape), the data set has \(dataset.classCount) classes. "
          + "Replace the head with replaceHead(classes: \(dataset.classCount)); or, if the data set lacks samples of "
          + "some classes, pass it their names: classNames")
      confusion.add(scores: logits, labels: batch.labels)
      logLoss.add(logits: logits, labels: batch.labels)
      calibration.add(logits: logits, labels: batch.labels)
    }
  }
  return Evaluation(confusion: confusion, logLoss: logLoss.value, calibration: calibration, latency: latency)
}

/// The logits of one batch; of several views, logits whose softmax is the mean of theirs.
private func judged(_ inputs: Tensor<Float>, by model: some Layer, _ views: TestTimeAugmentation?) -> Tensor<
  Float
> {
  guard let views else { return model(inputs).value }
  let probabilities = views.mean(of: inputs) { model($0).value.softmax() }
  // A probability too small for a number has a logarithm all the same: one that the log loss can add up.
  return probabilities.clamped(to: Float.leastNormalMagnitude...1).log()
}
