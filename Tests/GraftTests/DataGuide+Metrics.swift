import Foundation
import Graft

/// The blocks of Swift in Documentation/Data.md that measure, as they stand there.
enum MetricsGuide {
  struct Batch {
    let logits: Tensor<Float>
    let labels: Tensor<Int32>
  }

  static func decisions(batches: [Batch], folder: URL) throws -> ConfusionMatrix {
    var matrix = ConfusionMatrix(classes: 3, names: ["cat", "dog", "owl"])
    for batch in batches { matrix.add(scores: batch.logits, labels: batch.labels) }
    print(ClassificationReport(matrix))
    print(matrix.matthewsCorrelation, matrix.fBeta(2, .macro), matrix.balancedAccuracy() ?? .nan)
    print(matrix.cohensKappa(weights: .quadratic) ?? .nan)  // grades: a near miss costs less
    try Data(matrix.svg(title: "Validation").utf8).write(to: folder.appending(path: "confusion.svg"))
    try JSONEncoder().encode(ClassificationReport(matrix)).write(to: folder.appending(path: "report.json"))
    return matrix
  }

  static func rankings(batches: [Batch], folder: URL) throws {
    var ranking = ClassRanking(classes: 3, names: ["cat", "dog", "owl"])
    for batch in batches { ranking.add(scores: batch.logits.softmax(), labels: batch.labels) }
    print(ranking.rocArea(.macro) ?? .nan, ranking.averagePrecision(.weighted) ?? .nan)
    let curves = ranking.classNames.indices.compactMap { label in
      ranking[label].rocCurve().map { (name: ranking.classNames[label], curve: $0) }
    }
    try Data(ROCCurve.svg(of: curves).utf8).write(to: folder.appending(path: "roc.svg"))
  }

  static func probabilities(validation: Batch, test: Batch, folder: URL) throws {
    let scaling = TemperatureScaling(fitting: validation.logits, labels: validation.labels)
    var (before, after) = (Calibration(), Calibration())
    before.add(logits: test.logits, labels: test.labels)
    after.add(logits: scaling(test.logits), labels: test.labels)
    print(before.expectedError() ?? .nan, after.expectedError() ?? .nan)
    print(after.table(bins: 10, .equalMass))
    try JSONEncoder().encode(scaling).write(to: folder.appending(path: "temperature.json"))
  }

  static func intervals(matrix: ConfusionMatrix, test: Batch) {
    print(matrix.accuracyInterval().map(String.init(describing:)) ?? "–")
    let predictions = test.logits.argmax()
    let bootstrap = Bootstrap(method: .biasCorrected, seed: 1)
    let f1 = bootstrap.estimate(samples: test.labels.count) { positions in
      let rows = Tensor(positions.map { Int32($0) })
      var matrix = ConfusionMatrix(classes: 3)
      matrix.add(predictions: predictions.gather(rows: rows), labels: test.labels.gather(rows: rows))
      return matrix.f1(.macro)
    }
    print(f1.map(String.init(describing:)) ?? "–")  // 0.9012 in 0.8531…0.9377 (95 %)
  }

  static func comparison(base: Tensor<Float>, tuned: Tensor<Float>, labels: Tensor<Int32>) {
    var mcNemar = McNemarTest()
    mcNemar.add(first: base.argmax(), second: tuned.argmax(), labels: labels)
    // 87 samples, only the first right 3, only the second right 12: p = 0.0352 (exact)
    print(mcNemar)
    let difference = Bootstrap(seed: 1).accuracyDifference(
      first: base.argmax(), second: tuned.argmax(), labels: labels)
    print(difference?.interval.contains(0) == false ? "they differ" : "no difference shown")
  }

  static func numbers(
    predicted: Tensor<Float>, measured: Tensor<Float>, logits: Tensor<Float>, next: Tensor<Int32>,
    model: (Tensor<Float>) -> Tensor<Float>, images: Tensor<Float>
  ) {
    var regression = RegressionScores()
    regression.add(predictions: predicted, targets: measured)
    print(regression)  // 4 values, R² 0.9486, MAE 0.5000, RMSE 0.6124, …
    print(regression.spearmanCorrelation ?? .nan)

    var perplexity = Perplexity()
    perplexity.add(logits: logits, labels: next)  // [texts, length, vocabulary]; padding is −100
    print(perplexity.value ?? .nan)

    let latency = LatencySummary.measuring(runs: 20, warmUp: 3, items: 8) { _ = model(images) }
    print(latency)  // 20 runs, mean …, p50 …, p90 …, p95 …, p99 …, … items/s
  }
}
