import GraftAutograd
import GraftData
import GraftNN
import GraftOptim
import GraftTensor
import Testing

@testable import GraftTransfer

@Suite struct PretrainedRankingTests {
  /// One model that has learned the task, one that has not.
  private func candidates() throws -> (data: LabeledDataset, learned: TinyNet, fresh: TinyNet) {
    let data = try colouredImages(48)
    let learned = TinyNet()
    var optimizer = AdamW(learningRate: 0.02)
    for epoch in 0..<12 { trainEpoch(learned, &optimizer, on: data, epoch: epoch) }
    let (fresh, test) = (TinyNet(seed: 77), try colouredImages(60, seed: 6))
    return (test, learned, fresh)
  }

  @Test func whatHasLearnedTheTaskComesFirst() throws {
    let (data, learned, fresh) = try candidates()
    let before = try bits(of: learned)
    var done: [String: [Int]] = [:]
    for score in TransferabilityScore.allCases {
      let ranking = try rankPretrained(
        [
          PretrainedCandidate("fresh", fresh, on: data, sourceHead: fresh.head),
          PretrainedCandidate("learned", learned, on: data, sourceHead: learned.head),
        ], by: score, batchSize: 16
      ) { name, count, _ in done[name, default: []].append(count) }
      #expect(ranking.entries.map(\.name) == ["learned", "fresh"], "\(score): \(ranking)")
      #expect(ranking.best?.featureCount == 5 && ranking.score == score)
    }
    let counts = TransferabilityScore.allCases.flatMap { _ in [16, 32, 48, 60] }
    #expect(done == ["learned": counts, "fresh": counts])
    #expect(try bits(of: learned) == before)
  }

  @Test func scoresAreThoseOfExtractedFeatures() throws {
    let (data, learned, _) = try candidates()
    let features = extractFeatures(of: learned, from: data)
    let probabilities = learned.head(features.inputs).value.softmax()
    let ranking = try rankPretrained([
      PretrainedCandidate("without a head", learned, on: data),
      PretrainedCandidate(
        "given", features: features.inputs, labels: data.labels, sourceProbabilities: probabilities),
      PretrainedCandidate("with its head", learned, on: data, sourceHead: learned.head),
    ])
    // Equal scores keep the order in which they were given.
    #expect(ranking.entries.map(\.name) == ["without a head", "given", "with its head"])
    let (bare, given, whole) = (ranking.entries[0], ranking.entries[1], ranking.entries[2])
    #expect(bare[.leep] == nil && bare[.nce] == nil && bare[.logME] == whole[.logME])
    #expect(whole[.logME] == logME(features: features.inputs, labels: data.labels))
    #expect(given.scores[.hScore] == whole.scores[.hScore])
    #expect(given[.leep] == leep(sourceProbabilities: probabilities, labels: data.labels))
    let table = ranking.description.split(separator: "\n")
    #expect(
      table.count == 4 && table[0].contains("LogME") && table[0].contains("NCE") && table[1].contains("–"))
    let byLEEP = PretrainedRanking(score: .leep, candidates: [bare, whole])
    #expect(byLEEP.entries.map(\.name) == ["with its head", "without a head"])
  }

  /// Averages the feature map itself.
  private final class MapHead: Layer {
    let linear: any Layer
    init(_ linear: any Layer) { self.linear = linear }
    func forward(_ input: Variable) -> Variable { linear.forward(GlobalAveragePool2D()(input)) }
  }

  /// A head that reads the feature map itself: scores are of its mean over positions, the head's own of the map.
  @Test func featureMapsAreAveraged() throws {
    let (data, learned, _) = try candidates()
    let features = extractFeatures(of: learned, from: data).inputs
    let pooled = logME(features: features, labels: data.labels)
    let own = leep(sourceProbabilities: learned.head(features).value.softmax(), labels: data.labels)
    learned.pooling = Identity()
    let ranking = try rankPretrained([
      PretrainedCandidate("map", learned, on: data, sourceHead: MapHead(learned.head))
    ])
    // The mean in another order: single precision.
    #expect(abs((ranking.best?[.logME] ?? .nan) - pooled) < 1e-4 && ranking.best?.featureCount == 5)
    #expect(abs((ranking.best?[.leep] ?? .nan) - own) < 1e-4)
  }

  @Test func numbersThatAreNotFiniteAreAnError() throws {
    let (data, learned, fresh) = try candidates()
    fresh.body.conv.weight.value = fresh.body.conv.weight.value * .nan
    let error = #expect(throws: PretrainedRankingError.self) {
      try rankPretrained([
        PretrainedCandidate("good", learned, on: data), PretrainedCandidate("spoilt", fresh, on: data),
      ])
    }
    #expect(error == .notFinite(model: "spoilt") && "\(error!)".contains("spoilt"))
    // Good features, and a head that is spoilt.
    let probabilities = Tensor<Float>(repeating: .nan, shape: [60, 2])
    #expect(throws: PretrainedRankingError.notFinite(model: "head")) {
      try rankPretrained([
        PretrainedCandidate(
          "head", features: .ones([60, 2]), labels: data.labels, sourceProbabilities: probabilities)
      ])
    }
    #expect(try rankPretrained([]).best == nil)
  }

  @Test func otherLabelsStopTheProgram() async {
    await #expect(processExitsWith: .failure) {
      _ = try rankPretrained([
        PretrainedCandidate("a", features: .ones([2, 2]), labels: Tensor([0, 1])),
        PretrainedCandidate("b", features: .ones([2, 2]), labels: Tensor([1, 0])),
      ])
    }
  }
}
