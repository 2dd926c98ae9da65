import GraftMetrics
import GraftTensor
import Testing

@Suite struct RegressionScoresTests {
  /// What `Fixtures/make_regression.py` wrote.
  struct Case: Decodable {
    let targets: [Float]
    let predictions: [Float]
    let meanAbsolute: Double
    let meanSquared: Double
    let rootMeanSquared: Double
    let medianAbsolute: Double
    let maximum: Double
    let percentage: Double
    let r2: Double?
    let explainedVariance: Double?
    let pearson: Double?
    let spearman: Double?

    var scores: RegressionScores {
      RegressionScores(predictions: Tensor(predictions), targets: Tensor(targets))
    }
  }

  static let cases: [Case] = fixture("regression.json")

  @Test(arguments: cases.indices)
  func agreesWithScikitLearnAndSciPy(_ number: Int) {
    let example = RegressionScoresTests.cases[number]
    let scores = example.scores
    #expect(agree(scores.meanAbsoluteError, example.meanAbsolute))
    #expect(agree(scores.meanSquaredError, example.meanSquared))
    #expect(agree(scores.rootMeanSquaredError, example.rootMeanSquared))
    #expect(agree(scores.medianAbsoluteError, example.medianAbsolute))
    #expect(agree(scores.maximumError, example.maximum))
    #expect(agree(scores.meanAbsolutePercentageError, example.percentage))
    #expect(agree(scores.r2, example.r2))
    #expect(agree(scores.explainedVariance, example.explainedVariance))
    #expect(agree(scores.pearsonCorrelation, example.pearson))
    #expect(agree(scores.spearmanCorrelation, example.spearman))
  }

  @Test(arguments: cases.indices)
  func batchesAddUpToTheWhole(_ number: Int) {
    let example = RegressionScoresTests.cases[number]
    let (predictions, targets) = (Tensor(example.predictions), Tensor(example.targets))
    var (streamed, merged) = (RegressionScores(), RegressionScores())
    for start in stride(from: 0, to: targets.count, by: 4) {
      let rows = start..<min(start + 4, targets.count)
      streamed.add(predictions: predictions.slice(rows), targets: targets.slice(rows))
      merged += RegressionScores(predictions: predictions.slice(rows), targets: targets.slice(rows))
    }
    #expect(streamed == example.scores && merged == example.scores)
  }

  @Test func isNotDefinedWithoutValues() {
    let scores = RegressionScores()
    let values = [
      scores.meanAbsoluteError, scores.meanSquaredError, scores.rootMeanSquaredError,
      scores.medianAbsoluteError,
      scores.maximumError, scores.meanAbsolutePercentageError, scores.r2, scores.explainedVariance,
      scores.pearsonCorrelation, scores.spearmanCorrelation,
    ]
    #expect(values.allSatisfy { $0 == nil })
    #expect(scores.description.hasPrefix("0 values, R² –"))
  }

  @Test func largeValuesCloseTogetherLoseNothing() throws {
    // A sum of squares less a square of the sum would have lost every digit of a spread of 1 at 16 million.
    let targets: [Float] = [16_000_000, 16_000_001, 16_000_002, 16_000_003]
    let scores = RegressionScores(
      predictions: Tensor([16_000_000, 16_000_001, 16_000_002, 16_000_004]), targets: Tensor(targets))
    #expect(agree(scores.r2, 1 - 1 / 5.0))
    #expect(agree(scores.explainedVariance, 1 - 0.75 / 5))
  }

  @Test func trapsWhereShapesDiffer() async {
    await #expect(processExitsWith: .failure) {
      _ = RegressionScores(predictions: Tensor([[1], [2]]), targets: Tensor([1, 2]))
    }
  }
}
