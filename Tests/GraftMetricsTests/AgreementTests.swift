import GraftMetrics
import GraftTensor
import Testing

/// A score of each class, and its averages.
struct AveragedScore: Decodable {
  let each: [Double]
  let macro: Double
  let micro: Double
  let weighted: Double

  var averages: [(Averaging, Double)] { [(.macro, macro), (.micro, micro), (.weighted, weighted)] }
}

@Suite struct AgreementTests {
  /// What `Fixtures/make_decisions.py` wrote.
  struct Case: Decodable {
    let classes: Int
    let labels: [Int32]
    let predictions: [Int32]
    let matthews: Double
    let kappa: [String: Double?]
    let balancedAccuracy: Double?
    let adjusted: Double?
    let hamming: Double
    let jaccard: AveragedScore
    let fHalf: AveragedScore
    let fTwo: AveragedScore
    let normalized: [String: [[Double]]]

    var matrix: ConfusionMatrix {
      var matrix = ConfusionMatrix(classes: classes)
      matrix.add(predictions: Tensor(predictions), labels: Tensor(labels))
      return matrix
    }
  }

  static let cases: [Case] = fixture("decisions.json")

  @Test(arguments: cases.indices)
  func agreesWithScikitLearn(_ number: Int) throws {
    let example = AgreementTests.cases[number]
    let matrix = example.matrix
    #expect(agree(matrix.matthewsCorrelation, example.matthews))
    for weights in KappaWeights.allCases {
      #expect(agree(matrix.cohensKappa(weights: weights), try #require(example.kappa[weights.rawValue])))
    }
    #expect(agree(matrix.balancedAccuracy(), example.balancedAccuracy))
    #expect(agree(matrix.balancedAccuracy(adjusted: true), example.adjusted))
    #expect(agree(matrix.errorRate, example.hamming))
    #expect(agree((0..<example.classes).map { matrix.jaccard(of: $0) }, example.jaccard.each))
    for (averaging, expected) in example.jaccard.averages {
      #expect(agree(matrix.jaccard(averaging), expected))
    }
    for (beta, scores) in [(0.5, example.fHalf), (2, example.fTwo)] {
      #expect(agree((0..<example.classes).map { matrix.fBeta(beta, of: $0) }, scores.each))
      for (averaging, expected) in scores.averages { #expect(agree(matrix.fBeta(beta, averaging), expected)) }
    }
    for whole in ConfusionMatrix.Whole.allCases {
      let expected = try #require(example.normalized[whole.rawValue])
      #expect(zip(matrix.normalized(by: whole), expected).allSatisfy { agree($0, $1) })
    }
  }

  @Test func casesHaveWhatIsNotDefined() {
    #expect(AgreementTests.cases.contains { $0.kappa["uniform"] == .some(nil) })
    #expect(AgreementTests.cases.contains { $0.adjusted == nil })
    #expect(AgreementTests.cases.contains { $0.jaccard.each.contains(0) })
  }

  @Test func isNotDefinedWithoutSamples() {
    let matrix = ConfusionMatrix(classes: 3)
    #expect(matrix.balancedAccuracy() == nil && matrix.cohensKappa() == nil)
    #expect(matrix.matthewsCorrelation == 0 && matrix.jaccard(.macro) == 0 && matrix.errorRate == 0)
    #expect(matrix.accuracyInterval() == nil)
  }
}
