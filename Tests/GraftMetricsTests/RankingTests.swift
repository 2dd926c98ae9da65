import GraftMetrics
import GraftTensor
import Testing

/// What `Fixtures/make_rankings.py` wrote.
private struct RankingFixture: Decodable {
  struct Binary: Decodable {
    let labels: [Int32]
    let scores: [Float]
    let area: Double?
    let averagePrecision: Double
    /// Threshold, false positive rate, true positive rate; an infinite threshold is none.
    let roc: [[Double?]]?
    let rocDropped: [[Double?]]?
    /// Threshold, precision, recall.
    let precisionRecall: [[Double?]]
    let precisionRecallDropped: [[Double?]]

    var ranking: BinaryRanking {
      var ranking = BinaryRanking()
      ranking.add(scores: Tensor(scores), labels: Tensor(labels))
      return ranking
    }
  }

  struct Several: Decodable {
    let classes: Int
    let scores: [Float]
    let labels: [Int32]?
    let indicator: [Int]?
    let area: [String: Double?]
    let averagePrecision: [String: Double]
    let each: [Double]

    var tensor: Tensor<Float> { Tensor(shape: [scores.count / classes, classes], scalars: scores) }

    /// The ranking of all samples, some rows at a time.
    func ranking(rows step: Int = 1000) -> ClassRanking {
      var ranking = ClassRanking(classes: classes)
      for start in stride(from: 0, to: tensor.shape[0], by: step) {
        let rows = start..<min(start + step, tensor.shape[0])
        var part = ClassRanking(classes: classes)
        if let labels {
          part.add(scores: tensor.slice(rows), labels: Tensor(labels).slice(rows))
        } else if let indicator {
          let labels = Tensor(shape: tensor.shape, scalars: indicator.map { $0 == 1 })
          part.add(scores: tensor.slice(rows), labels: labels.slice(rows))
        }
        ranking += part
      }
      return ranking
    }
  }

  let binary: [Binary]
  let several: [Several]

  static let shared: RankingFixture = fixture("rankings.json")
}

@Suite struct RankingTests {
  /// Whether points agree with scikit-learn's, thresholds exactly.
  private func samePoints(_ points: [(Float, Double, Double)], _ expected: [[Double?]]) -> Bool {
    points.count == expected.count
      && zip(points, expected).allSatisfy { point, expected in
        point.0 == (expected[0].map { Float($0) } ?? .infinity)
          && agree([point.1, point.2], expected.dropFirst().map { $0 ?? .nan })
      }
  }

  @Test(arguments: RankingFixture.shared.binary.indices)
  func agreesWithScikitLearn(_ number: Int) throws {
    let example = RankingFixture.shared.binary[number]
    let ranking = example.ranking
    #expect(agree(ranking.rocArea, example.area))
    #expect(agree(ranking.averagePrecision, example.averagePrecision))
    for (isDropping, expected) in [(false, example.roc), (true, example.rocDropped)] {
      let curve = ranking.rocCurve(droppingIntermediate: isDropping)
      guard let expected else {
        #expect(curve == nil)
        continue
      }
      let points = try #require(curve).points
      #expect(samePoints(points.map { ($0.threshold, $0.falsePositiveRate, $0.truePositiveRate) }, expected))
    }
    for (isDropping, expected) in [(false, example.precisionRecall), (true, example.precisionRecallDropped)] {
      let points = try #require(ranking.precisionRecallCurve(droppingIntermediate: isDropping)).points
      #expect(samePoints(points.map { ($0.threshold, $0.precision, $0.recall) }, expected))
    }
  }

  @Test func casesDropPointsAndHaveOneClassOnly() {
    let cases = RankingFixture.shared.binary
    #expect(cases.contains { $0.rocDropped?.count ?? 0 < $0.roc?.count ?? 0 })
    #expect(cases.contains { $0.precisionRecallDropped.count < $0.precisionRecall.count })
    #expect(cases.contains { $0.area == nil && !$0.labels.contains(1) })
    #expect(cases.contains { $0.area == nil && !$0.labels.contains(0) })
    #expect(cases.contains { Set($0.scores).count < $0.scores.count / 2 })
  }

  @Test(arguments: RankingFixture.shared.several.indices)
  func oneAgainstTheRestAgreesWithScikitLearn(_ number: Int) throws {
    let example = RankingFixture.shared.several[number]
    let ranking = example.ranking()
    for averaging in Averaging.allCases {
      let expected = try #require(example.area[averaging.rawValue])
      #expect(agree(ranking.rocArea(averaging), expected), "\(averaging)")
      #expect(
        agree(
          ranking.averagePrecision(averaging), example.averagePrecision[averaging.rawValue]), "\(averaging)")
    }
    #expect(
      agree(
        (0..<example.classes).map { ranking[$0].averagePrecision ?? .nan }, example.each))
    #expect(example.ranking(rows: 4) == ranking)
  }

  @Test func theAreaIsTheCountOfPairs() {
    var generator = RandomGenerator(seed: 3)
    for _ in 0..<20 {
      let scores = (0..<30).map { _ in Float(generator.integer(below: 12)) - 5 }
      let labels = (0..<30).map { _ in Int32(generator.integer(below: 2)) }
      var twice = 0
      for (a, isPositive) in zip(scores, labels) where isPositive == 1 {
        for (b, label) in zip(scores, labels) where label == 0 { twice += a > b ? 2 : a == b ? 1 : 0 }
      }
      let positives = labels.filter { $0 == 1 }.count
      var ranking = BinaryRanking()
      ranking.add(scores: Tensor(scores), labels: Tensor(labels))
      #expect(ranking.rocArea == Double(twice) / 2 / Double(positives * (30 - positives)))
    }
  }

  @Test func zerosAreEqualAndInfinitiesHaveTheirPlace() {
    var ranking = BinaryRanking()
    ranking.add(
      scores: Tensor([0, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, -.leastNonzeroMagnitude]),
      labels: Tensor([1, 0, 1, 0, 1, 0]))
    // Of 9 pairs the two zeros count half.
    #expect(ranking.rocArea == 8.5 / 9)
    #expect(
      ranking.rocCurve(droppingIntermediate: false)?.points.map(\.threshold) == [
        .infinity, .infinity, .leastNonzeroMagnitude, 0, -.leastNonzeroMagnitude, -.infinity,
      ])
  }

  @Test func isNotDefinedWithoutAnOrder() {
    var ranking = BinaryRanking()
    #expect(ranking.rocArea == nil && ranking.averagePrecision == nil)
    #expect(ranking.rocCurve() == nil && ranking.precisionRecallCurve() == nil)
    ranking.add(scores: Tensor([1, .nan, 0]), labels: Tensor([1, 0, 0]))
    #expect(ranking.rocArea == nil && ranking.averagePrecision == nil)
    #expect(ranking.rocCurve() == nil && ranking.precisionRecallCurve() == nil)
    let several = ClassRanking(classes: 2)
    for averaging in Averaging.allCases {
      #expect(several.rocArea(averaging) == nil && several.averagePrecision(averaging) == nil)
    }
  }

  @Test func trapsAtALabelThatIsNeitherZeroNorOne() async {
    await #expect(processExitsWith: .failure) {
      var ranking = BinaryRanking()
      ranking.add(scores: Tensor([0.5]), labels: Tensor([2]))
    }
  }
}
