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

  /// How long the forward pass of each batch took.
  public let latency: LatencySummary

  /// The part of the samples that were classified rightly.
  public var accuracy: Double { confusion.accuracy }

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
///
/// Traps if the logits are not `[n, classes]` with as many classes as the data set has.
public func evaluate(_ model: some Layer, on dataset: LabeledDataset, batchSize: Int = 64) -> Evaluation {
  var confusion = ConfusionMatrix(classes: dataset.classCount, names: dataset.classNames)
  var logLoss = LogLoss()
  var latency = LatencySummary()
  withoutRecording {
    for batch in dataset.batches(of: batchSize) {
      let logits = latency.measure(items: batch.count) { model(batch.inputs).value }
      require(
        logits.rank == 2 && logits.shape[1] == dataset.classCount,
        "evaluate: the model gives scores of shape \(logits.shape), the data set has \(dataset.classCount) classes. "
          + "Replace the head with replaceHead(classes: \(dataset.classCount)); or, if the data set lacks samples of "
          + "some classes, pass it their names: classNames")
      confusion.add(scores: logits, labels: batch.labels)
      logLoss.add(logits: logits, labels: batch.labels)
    }
  }
  return Evaluation(confusion: confusion, logLoss: logLoss.value, latency: latency)
}
