import Foundation
import GraftAutograd
import GraftData
import GraftNN
import GraftTensor
import Testing

@testable import GraftModels

@Suite struct GPT2Tests {
  @Test func languageModelEqualsTransformers() throws {
    let fixture = try TextFixture("gpt2-language")
    let model = try GPT2LanguageModel(fixture.configuration(), seed: 1)
    #expect(try model.load(fixture.checkpoint, mapping: .gpt2).isExact)
    try fixture.check { model($0) }
    try fixture.checkGradients(of: model, mapping: .gpt2)
  }

  @Test func classifierEqualsTransformers() throws {
    let fixture = try TextFixture("gpt2-classifier")
    let model = try GPT2Classifier(fixture.configuration(), classes: 3)
    #expect(try model.load(fixture.checkpoint, mapping: .gpt2).isExact)
    try fixture.check { model($0) }
  }

  /// The published file: names without a prefix, and causal masks among the weights.
  @Test func publishedNamesLoad() throws {
    let fixture = try TextFixture("gpt2-language")
    let checkpoint = try fixture.checkpoint
    var bare = try Dictionary(
      uniqueKeysWithValues: checkpoint.names.map {
        try ($0.replacingOccurrences(of: "transformer.", with: ""), checkpoint.anyTensor($0))
      })
    for layer in 0..<2 {
      bare["h.\(layer).attn.bias"] = AnyTensor(Tensor<Float>.ones([1, 1, 16, 16]))
      bare["h.\(layer).attn.masked_bias"] = AnyTensor(Tensor<Float>(-1e4))
    }
    let model = try GPT2LanguageModel(fixture.configuration())
    #expect(try model.load(Checkpoint(bare), mapping: .gpt2).isExact)
    try fixture.check { model($0) }
  }

  private struct Generation: Decodable {
    struct Limits: Decodable {
      let temperature: Float
      let topK: Int?
      let topP: Float?
      let probabilities: [Float]
    }
    let prompt: [Int32]
    let greedy: [Int32]
    let scores: [Float]
    let limits: [Limits]
  }

  private func generation() throws -> Generation {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/text/generation.json")
    return try JSONDecoder().decode(Generation.self, from: Data(contentsOf: url))
  }

  @Test func greedyTextEqualsTransformers() throws {
    let wanted = try generation()
    let fixture = try TextFixture("gpt2-language")
    let model = try GPT2LanguageModel(fixture.configuration())
    try model.load(fixture.checkpoint, mapping: .gpt2)
    #expect(model.generate(10, after: wanted.prompt) == wanted.greedy)
    #expect(model.generate(10, after: wanted.prompt, until: wanted.greedy[3]).count <= 3)
  }

  /// The cache gives the scores that reading everything anew gives.
  @Test func theCacheChangesNothing() throws {
    let model = GPT2LanguageModel(
      GPT2Configuration(vocabularySize: 30, positions: 24, width: 16, layers: 3, heads: 4), seed: 5)
    let tokens = (0..<20).map { Int32($0 * 7 % 30) }
    var memory = model.makeMemory()
    _ = model.nextScores(after: Array(tokens[..<6]), memory: &memory)
    for end in 7...20 {
      let scores = model.nextScores(after: [tokens[end - 1]], memory: &memory)
      let ids = Tensor(shape: [1, end], scalars: Array(tokens[..<end]))
      let anew = model(TokenBatch(ids: ids)).value[0, end - 1]
      // Sums are formed in another order: single precision's rounding, of scores below 1.
      #expect(largestDifference(scores, anew) < 1e-6)
    }
  }

  @Test func limitsEqualTransformers() throws {
    let wanted = try generation()
    for limits in wanted.limits {
      let sampler = TokenSampler(temperature: limits.temperature, topK: limits.topK, topP: limits.topP)
      let likeliest = sampler.likeliest(of: wanted.scores)
      let total = likeliest.reduce(0) { $0 + $1.weight }
      var found = [Float](repeating: 0, count: wanted.scores.count)
      for candidate in likeliest { found[candidate.token] = Float(candidate.weight / total) }
      for (a, b) in zip(found, limits.probabilities) { #expect(abs(a - b) < 1e-6, "\(limits)") }
    }
  }

  /// Drawn 20,000 times: five standard deviations of a count's share.
  @Test func chanceFollowsProbability() {
    let probabilities: [Float] = [0.5, 0.3, 0.15, 0.05]
    let scores = Tensor(probabilities).log()
    var generator = RandomGenerator(seed: 8)
    var counts = [0, 0, 0, 0]
    for _ in 0..<20_000 { counts[Int(TokenSampler().token(from: scores, using: &generator))] += 1 }
    for (count, p) in zip(counts, probabilities) {
      let deviation = (p * (1 - p) / 20_000).squareRoot()
      #expect(abs(Float(count) / 20_000 - p) < 5 * deviation)
    }
    #expect(TokenSampler.greedy.token(from: scores, using: &generator) == 0)
  }

  /// The numbers that the transformers package counts.
  @Test(arguments: [
    (GPT2Configuration.small, 124_439_808), (.medium, 354_823_168),
  ])
  func parameterCounts(configuration: GPT2Configuration, count: Int) {
    // A layer is counted on the real code, with its real width; layers are alike, and the tables are too large to make.
    func small(_ layers: Int) -> Int {
      var copy = configuration
      (copy.vocabularySize, copy.positions, copy.layers) = (1, 1, layers)
      return GPT2LanguageModel(copy).state.compactMap(\.parameter).reduce(0) { $0 + $1.value.count }
    }
    let (one, two) = (small(1), small(2))
    let tables = (configuration.vocabularySize + configuration.positions - 2) * configuration.width
    #expect(one + (configuration.layers - 1) * (two - one) + tables == count)
  }

  @Test func stagesPartTheModel() throws {
    let configuration = GPT2Configuration(vocabularySize: 20, positions: 8, width: 8, layers: 2, heads: 2)
    let models: [any TextModel] = [
      GPT2LanguageModel(configuration), GPT2Classifier(configuration, classes: 2),
    ]
    for model in models {
      let paths = try model.stages.flatMap { try $0.selection.resolve(in: model).map(\.path) }
      #expect(paths.sorted() == model.state.map(\.path).sorted(), "\(type(of: model))")
    }
  }

  @Test func configurationSurvivesItsFile() throws {
    var configuration = GPT2Configuration(
      vocabularySize: 20, positions: 8, width: 8, layers: 2, heads: 2, dropout: 0)
    configuration.labels = ["no", "yes"]
    let data = try JSONEncoder().encode(configuration)
    #expect(try JSONDecoder().decode(GPT2Configuration.self, from: data) == configuration)
    let other = Data(#"{"model_type": "gpt2", "activation_function": "relu"}"#.utf8)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(GPT2Configuration.self, from: other) }
  }
}
