import GraftMetrics
import GraftTensor
import Testing

@Suite struct EntityScoresTests {
  /// What `Fixtures/make_entities.py` wrote.
  struct Fixture: Decodable {
    let cases: [Case]

    struct Case: Decodable, CustomStringConvertible {
      let name: String
      let actual: [[String]]
      let predicted: [[String]]
      let entities: [[Span]]
      let types: [String]
      /// Precision, recall, F1 and support, each for every type.
      let perType: [[Double]]
      /// Precision, recall, F1 and support; so are the others.
      let micro: [Double?]
      let macro: [Double?]
      let weighted: [Double?]

      var description: String { name }
    }

    struct Span: Decodable {
      let entity: Entity

      init(from decoder: any Decoder) throws {
        var values = try decoder.unkeyedContainer()
        let type = try values.decode(String.self)
        entity = Entity(type: type, range: try values.decode(Int.self)..<values.decode(Int.self))
      }
    }

    static let shared: Fixture = fixture("entities.json")
  }

  private func expect(_ scores: ClassScores, _ expected: [Double?]) {
    for (value, expected) in zip([scores.precision, scores.recall, scores.f1], expected) {
      #expect(agree(value, expected ?? .nan))
    }
    if let support = expected[3] { #expect(Double(scores.support) == support) }
  }

  @Test(arguments: Fixture.shared.cases)
  func agreesWithSeqeval(_ example: Fixture.Case) throws {
    var scores = EntityScores()
    for (predicted, actual) in zip(example.predicted, example.actual) {
      scores.add(predicted: predicted, actual: actual)
    }
    #expect(scores.types == example.types)
    for (index, type) in example.types.enumerated() {
      expect(scores.scores(of: type), example.perType.map { $0[index] })
    }
    expect(scores.overall, example.micro)
    expect(scores.scores(.macro), example.macro)
    expect(scores.scores(.weighted), example.weighted)
  }

  @Test(arguments: Fixture.shared.cases)
  func findsTheEntitiesThatSeqevalFinds(_ example: Fixture.Case) throws {
    for (tags, expected) in zip(example.predicted, example.entities) {
      #expect(Entity.entities(in: try tags.map { try #require(EntityTag($0)) }) == expected.map(\.entity))
    }
  }

  @Test(
    arguments: [
      (["I-a", "I-a"], [Entity(type: "a", range: 0..<2)]),
      (["B-a", "I-b"], [Entity(type: "a", range: 0..<1), Entity(type: "b", range: 1..<2)]),
      (["B-a", "B-a"], [Entity(type: "a", range: 0..<1), Entity(type: "a", range: 1..<2)]),
      (["O", "I-a", "O", "I-a"], [Entity(type: "a", range: 1..<2), Entity(type: "a", range: 3..<4)]),
      ([], []),
    ] as [([String], [Entity])])
  func readsInsideTagsThatContinueNothing(_ tags: [String], _ entities: [Entity]) throws {
    #expect(Entity.entities(in: try tags.map { try #require(EntityTag($0)) }) == entities)
  }

  @Test func tagsOfOtherKindsAreNone() {
    #expect(EntityTag("B-creative-work") == .begin("creative-work"))
    for tag in ["", "B", "B-", "I-", "o", "E-a", "S-a", "Ba", "-a", "X"] { #expect(EntityTag(tag) == nil) }
  }

  @Test func numbersWithIgnoredPlacesCountLikeTheTagsBetween() {
    let tags = ["O", "B-a", "I-a"]
    var numbered = EntityScores()
    // A word in three pieces, of which the first speaks for it; then padding.
    numbered.add(
      predictions: Tensor([[0, 1, 0, 0, 2, 1], [1, 2, 2, 1, 1, 1]]),
      labels: Tensor([[-100, 1, -100, -100, 2, 0], [1, 2, 0, -100, -100, -100]]), tags: tags)
    var written = EntityScores()
    written.add(predicted: ["B-a", "I-a", "B-a"], actual: ["B-a", "I-a", "O"])
    written.add(predicted: ["B-a", "I-a", "I-a"], actual: ["B-a", "I-a", "O"])
    #expect(numbered == written)
    #expect(numbered.overall.support == 2)
    #expect(numbered.overall.precision == 1 / 3 && numbered.overall.recall == 0.5)
  }

  @Test func partsAddUp() {
    let example = Fixture.shared.cases[0]
    var (whole, first, second) = (EntityScores(), EntityScores(), EntityScores())
    for (index, (predicted, actual)) in zip(example.predicted, example.actual).enumerated() {
      whole.add(predicted: predicted, actual: actual)
      if index % 3 == 0 {
        first.add(predicted: predicted, actual: actual)
      } else {
        second.add(predicted: predicted, actual: actual)
      }
    }
    first += second
    #expect(first == whole)
  }

  @Test func printsATable() {
    var scores = EntityScores()
    scores.add(predicted: ["B-a", "O", "B-bc"], actual: ["B-a", "B-a", "O"])
    #expect(
      scores.description == """
                 precision  recall     f1  support
        a            1.000   0.500  0.667        2
        bc           0.000   0.000  0.000        0

        overall      0.500   0.500  0.500        2
        """)
  }
}
