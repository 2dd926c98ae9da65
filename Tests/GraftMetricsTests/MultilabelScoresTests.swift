import GraftMetrics
import GraftTensor
import Testing

@Suite struct MultilabelScoresTests {
  /// What `Fixtures/make_decisions.py` wrote.
  struct Case: Decodable {
    let count: Int
    let labels: [Int]
    let predictions: [Int]
    let subsetAccuracy: Double
    let hamming: Double
    /// Precision, recall, F1 and support; so are the averages.
    let each: [[Double]]?
    let averages: [String: [Double]]?
    let jaccard: AveragedScore?
    let jaccardSamples: Double?
    let fTwo: AveragedScore?

    func tensor(_ values: [Int]) -> Tensor<Bool> {
      Tensor(shape: [values.count / count, count], scalars: values.map { $0 == 1 })
    }
  }

  static let cases: [Case] = fixture("multilabel.json")

  private func expect(_ scores: ClassScores, _ expected: [Double]) {
    #expect(agree([scores.precision, scores.recall, scores.f1, Double(scores.support)], expected))
  }

  @Test(arguments: cases.indices)
  func agreesWithScikitLearn(_ number: Int) throws {
    let example = MultilabelScoresTests.cases[number]
    var scores = MultilabelScores(labels: example.count)
    scores.add(predictions: example.tensor(example.predictions), labels: example.tensor(example.labels))
    #expect(agree(scores.subsetAccuracy, example.subsetAccuracy))
    #expect(agree(scores.hammingLoss, example.hamming))
    guard let each = example.each else { return }
    for label in 0..<example.count { expect(scores.scores(of: label), each[label]) }
    let averages = try #require(example.averages)
    for averaging in Averaging.allCases {
      expect(scores.scores(averaging), try #require(averages[averaging.rawValue]))
    }
    expect(scores.sampleScores, try #require(averages["samples"]))
    let (jaccard, fTwo) = (try #require(example.jaccard), try #require(example.fTwo))
    #expect(agree((0..<example.count).map { scores.jaccard(of: $0) }, jaccard.each))
    for (averaging, expected) in jaccard.averages { #expect(agree(scores.jaccard(averaging), expected)) }
    #expect(agree(scores.sampleJaccardIndex, example.jaccardSamples))
    #expect(agree((0..<example.count).map { scores.fBeta(2, of: $0) }, fTwo.each))
    for (averaging, expected) in fTwo.averages { #expect(agree(scores.fBeta(2, averaging), expected)) }
  }

  @Test(arguments: cases.indices)
  func batchesAndPartsAddUp(_ number: Int) {
    let example = MultilabelScoresTests.cases[number]
    let (predictions, labels) = (example.tensor(example.predictions), example.tensor(example.labels))
    var (whole, streamed) = (MultilabelScores(labels: example.count), MultilabelScores(labels: example.count))
    var merged = MultilabelScores(labels: example.count)
    whole.add(predictions: predictions, labels: labels)
    for start in stride(from: 0, to: labels.shape[0], by: 3) {
      let rows = start..<min(start + 3, labels.shape[0])
      streamed.add(predictions: predictions.slice(rows), labels: labels.slice(rows))
      var part = MultilabelScores(labels: example.count)
      part.add(predictions: predictions.slice(rows), labels: labels.slice(rows))
      merged += part
    }
    #expect(streamed == whole)
    #expect(merged.subsetAccuracy == whole.subsetAccuracy && merged.scores(.macro) == whole.scores(.macro))
    #expect(agree(merged.sampleScores.f1, whole.sampleScores.f1))
  }

  @Test func predictsWhatIsAboveTheThreshold() {
    var scores = MultilabelScores(labels: 4)
    scores.add(
      scores: Tensor([[0.5, 0.51, .nan, .infinity]]), labels: Tensor([[false, true, false, true]]),
      threshold: 0.5)
    #expect(scores.subsetAccuracy == 1)
    #expect(MultilabelScores(labels: 2).sampleScores.f1 == 0)
  }
}
