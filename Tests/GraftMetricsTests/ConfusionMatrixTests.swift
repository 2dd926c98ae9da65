import Foundation
import GraftMetrics
import GraftTensor
import Testing

@Suite struct ConfusionMatrixTests {
  @Test(arguments: MetricFixture.shared.cases)
  func agreesWithScikitLearn(_ fixture: MetricFixture.Case) {
    var matrix = ConfusionMatrix(classes: fixture.classes)
    matrix.add(scores: fixture.logitTensor, labels: fixture.labelTensor)

    for actual in 0..<fixture.classes {
      for predicted in 0..<fixture.classes {
        #expect(matrix.count(actual: actual, predicted: predicted) == fixture.confusion[actual][predicted])
      }
      let scores = matrix.scores(of: actual)
      #expect(agree(scores.precision, fixture.perClass[0][actual]))
      #expect(agree(scores.recall, fixture.perClass[1][actual]))
      #expect(agree(scores.f1, fixture.perClass[2][actual]))
      #expect(scores.support == fixture.confusion[actual].reduce(0, +))
    }
    #expect(agree(matrix.accuracy, fixture.accuracy))
    for (averaging, expected) in [
      (Averaging.macro, fixture.macro), (.micro, fixture.micro), (.weighted, fixture.weighted),
    ] {
      #expect(agree(matrix.precision(averaging), expected[0]), "\(averaging)")
      #expect(agree(matrix.recall(averaging), expected[1]), "\(averaging)")
      #expect(agree(matrix.f1(averaging), expected[2]), "\(averaging)")
    }
  }

  @Test(arguments: MetricFixture.shared.cases)
  func batchesAddUpToTheWhole(_ fixture: MetricFixture.Case) {
    var whole = ConfusionMatrix(classes: fixture.classes)
    whole.add(scores: fixture.logitTensor, labels: fixture.labelTensor)
    var streamed = ConfusionMatrix(classes: fixture.classes)
    var merged = ConfusionMatrix(classes: fixture.classes)
    for start in stride(from: 0, to: fixture.labels.count, by: 7) {
      let rows = start..<min(start + 7, fixture.labels.count)
      streamed.add(scores: fixture.logitTensor.slice(rows), labels: fixture.labelTensor.slice(rows))
      var part = ConfusionMatrix(classes: fixture.classes)
      part.add(scores: fixture.logitTensor.slice(rows), labels: fixture.labelTensor.slice(rows))
      merged += part
    }
    #expect(streamed == whole)
    #expect(merged == whole)
  }

  @Test func isZeroWithoutSamples() {
    let matrix = ConfusionMatrix(classes: 3)
    #expect(matrix.accuracy == 0 && matrix.f1(.macro) == 0 && matrix.f1(.weighted) == 0)
  }

  @Test func predictsTheFirstOfEqualScoresAndNaN() {
    var matrix = ConfusionMatrix(classes: 3)
    matrix.add(
      scores: Tensor([[1, 1, 0], [0, .nan, 5], [.nan, 0, .nan]]), labels: Tensor([2, 2, 2] as [Int32]))
    #expect(matrix.count(actual: 2, predicted: 0) == 2)
    #expect(matrix.count(actual: 2, predicted: 1) == 1)
  }

  @Test func printsAnAlignedTable() {
    var matrix = ConfusionMatrix(classes: 3, names: ["cat", "dog", "barn owl"])
    matrix.add(predictions: Tensor([0, 0, 1, 2, 2]), labels: Tensor([0, 0, 0, 1, 2]))
    #expect(
      matrix.description == """
        actual ↓ predicted →  cat  dog  barn owl
        cat                     2    1         0
        dog                     0    0         1
        barn owl                0    0         1
        """)
  }

  @Test func decodesWhatItEncodedAndNothingElse() throws {
    var matrix = ConfusionMatrix(classes: 2, names: ["a", "b"])
    matrix.add(predictions: Tensor([0, 1, 1]), labels: Tensor([0, 0, 1]))
    let encoded = try JSONEncoder().encode(matrix)
    #expect(try JSONDecoder().decode(ConfusionMatrix.self, from: encoded) == matrix)
    for (names, counts) in [
      ("[]", "[]"), ("[\"a\"]", "[1,2]"), ("[\"a\"]", "[-1]"), ("[\"a\",\"b\"]", "[1,2]"),
    ] {
      let text = "{\"classNames\":\(names),\"counts\":\(counts)}"
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(ConfusionMatrix.self, from: Data(text.utf8))
      }
    }
  }

  @Test func trapsAtALabelThatIsNotAClass() async {
    await #expect(processExitsWith: .failure) {
      var matrix = ConfusionMatrix(classes: 3)
      matrix.add(predictions: Tensor([0]), labels: Tensor([3]))
    }
    await #expect(processExitsWith: .failure) {
      var matrix = ConfusionMatrix(classes: 3)
      matrix.add(predictions: Tensor([-1]), labels: Tensor([0]))
    }
  }
}
