import Foundation
import GraftMetrics
import GraftTensor
import Testing

@Suite struct TopKAccuracyTests {
  @Test(arguments: MetricFixture.shared.cases.filter { $0.topK != nil })
  func agreesWithScikitLearn(_ fixture: MetricFixture.Case) throws {
    for (index, expected) in try #require(fixture.topK).enumerated() {
      var accuracy = TopKAccuracy(k: index + 1)
      for start in stride(from: 0, to: fixture.labels.count, by: 9) {
        let rows = start..<min(start + 9, fixture.labels.count)
        accuracy.add(scores: fixture.logitTensor.slice(rows), labels: fixture.labelTensor.slice(rows))
      }
      #expect(agree(accuracy.value, expected), "k = \(index + 1)")
      #expect(accuracy.sampleCount == fixture.labels.count)
    }
  }

  @Test func nothingNumericIsAHit() {
    var accuracy = TopKAccuracy(k: 2)
    accuracy.add(scores: Tensor([[.nan, .nan], [.nan, 1]]), labels: Tensor([0, 1]))
    #expect(accuracy.hits == 1)  // the 1 is second to the NaN, and within two
  }
}

@Suite struct LogLossTests {
  @Test(arguments: MetricFixture.shared.cases)
  func agreesWithScikitLearn(_ fixture: MetricFixture.Case) {
    var loss = LogLoss()
    loss.add(probabilities: fixture.probabilityTensor, labels: fixture.labelTensor)
    // scikit-learn takes single-precision logarithms of single-precision probabilities (relative error 2⁻²⁴ each,
    // at most 15.95), and NumPy's mean of them rounds a few more times.
    #expect(abs(loss.value - fixture.logLoss) <= 4 * 0x1p-24 * 15.95)
  }

  @Test(arguments: MetricFixture.shared.cases)
  func takesLogitsWithoutLimits(_ fixture: MetricFixture.Case) {
    var loss = LogLoss()
    loss.add(logits: fixture.logitTensor, labels: fixture.labelTensor)
    #expect(agree(loss.value, fixture.crossEntropy))
  }

  @Test func staysFiniteForLogitsThatOverflow() {
    var loss = LogLoss()
    loss.add(logits: Tensor([[1000, 0], [-1000, 0]]), labels: Tensor([0, 0]))
    #expect(loss.value == 500)
  }

  @Test func limitsSureMistakesAndShowsNaN() {
    var loss = LogLoss()
    loss.add(probabilities: Tensor([[0, 1]]), labels: Tensor([0]))
    #expect(agree(loss.value, 23 * log(2)))
    loss.add(probabilities: Tensor([[.nan, 1]]), labels: Tensor([0]))
    #expect(loss.value.isNaN)
  }
}
