import Foundation
import GraftAutograd
import GraftData
import GraftModels
import GraftNN
import GraftTensor
import Testing

@Suite struct BERTTests {
  @Test func classifierEqualsTransformers() throws {
    let fixture = try TextFixture("bert-classifier")
    let configuration = try fixture.configuration(as: BERTConfiguration.self)
    #expect(configuration.labels == ["bad", "fair", "good"])
    let model = BERTClassifier(configuration, classes: 3, seed: 1)
    #expect(try model.load(fixture.checkpoint, mapping: .bert).isExact)
    try fixture.check { model($0) }
    try fixture.checkGradients(of: model, mapping: .bert)
  }

  @Test func tokenClassifierEqualsTransformers() throws {
    let fixture = try TextFixture("bert-tokens")
    let model = try BERTTokenClassifier(fixture.configuration(), classes: 5)
    #expect(try model.load(fixture.checkpoint, mapping: .bert).isExact)
    try fixture.check { model($0) }
  }

  @Test func maskedLanguageModelEqualsTransformers() throws {
    let fixture = try TextFixture("bert-masked")
    let model = try BERTMaskedLanguageModel(fixture.configuration())
    #expect(try model.load(fixture.checkpoint, mapping: .bert).isExact)
    try fixture.check { model($0) }
  }

  @Test func bareModelEqualsTransformers() throws {
    let fixture = try TextFixture("bert-base")
    let model = try SentenceEncoder(fixture.configuration())
    #expect(try model.load(fixture.checkpoint, mapping: .bareBERT).isExact)
    try fixture.check { model.bert($0) }
  }

  @Test func distilBERTEqualsTransformers() throws {
    let classifying = try TextFixture("distilbert-classifier")
    let classifier = try BERTClassifier(classifying.configuration(), classes: 3)
    #expect(try classifier.load(classifying.checkpoint, mapping: .distilBERT).isExact)
    try classifying.check { classifier($0) }
    let guessing = try TextFixture("distilbert-masked")
    let guesser = try BERTMaskedLanguageModel(guessing.configuration())
    #expect(try guesser.load(guessing.checkpoint, mapping: .distilBERT).isExact)
    try guessing.check { guesser($0) }
  }

  /// bert-base-uncased's file: the names LayerNorm once had, a prefix from training on several machines, and numbers that are no weights.
  @Test func oldNamesLoad() throws {
    let fixture = try TextFixture("bert-classifier")
    let checkpoint = try fixture.checkpoint
    var renamed = try Dictionary(
      uniqueKeysWithValues: checkpoint.names.map { name in
        let old = name.replacingOccurrences(of: "LayerNorm.weight", with: "LayerNorm.gamma")
          .replacingOccurrences(of: "LayerNorm.bias", with: "LayerNorm.beta")
        return try ("module." + old, checkpoint.anyTensor(name))
      })
    renamed["module.bert.embeddings.position_ids"] = AnyTensor(Tensor<Int64>.zeros([1, 16]))
    let model = try BERTClassifier(fixture.configuration(), classes: 3)
    #expect(try model.load(Checkpoint(renamed), mapping: .bert).isExact)
    try fixture.check { model($0) }
  }

  @Test func aBareModelsFileFitsAClassifier() throws {
    let fixture = try TextFixture("bert-base")
    let model = try BERTClassifier(fixture.configuration(), classes: 2)
    let report = try model.load(fixture.checkpoint, mapping: .bert, allowing: .missing("classifier"))
    #expect(report.missing == ["classifier.weight", "classifier.bias"])
    try fixture.check { model.bert($0) }
  }

  @Test func sentenceVectorsAreMeansOfLengthOne() throws {
    let fixture = try TextFixture("bert-base")
    let model = try SentenceEncoder(fixture.configuration())
    try model.load(fixture.checkpoint, mapping: .bareBERT)
    let batch = try fixture.batch("b")
    let hidden = try fixture.expected.tensor("b.output", as: Float.self)
    let vectors = model(batch).value
    for (row, length) in [16, 9, 1].enumerated() {
      let mean = hidden[row, 0..<length].mean(along: [0])
      let wanted = mean / mean.square().sum().sqrt()
      // Ten times single precision's rounding of a vector of length 1.
      #expect(largestDifference(vectors[row], wanted) < 1e-5)
    }
  }

  /// The numbers that the transformers package counts.
  @Test(arguments: [
    (BERTConfiguration.base, 109_483_778), (.distilBERT, 66_955_010), (.miniLM, 22_713_986),
  ])
  func parameterCounts(configuration: BERTConfiguration, count: Int) {
    #expect(configuration.classifierParameterCount(classes: 2) == count)
  }

  @Test func stagesPartTheModel() throws {
    let configuration = BERTConfiguration(
      vocabularySize: 20, width: 8, layers: 2, heads: 2, innerWidth: 8, positions: 8)
    let models: [any TextModel] = [
      BERTClassifier(configuration, classes: 2), BERTTokenClassifier(configuration, classes: 2),
      BERTMaskedLanguageModel(configuration),
    ]
    for model in models {
      let paths = try model.stages.flatMap { try $0.selection.resolve(in: model).map(\.path) }
      #expect(paths.sorted() == model.state.map(\.path).sorted(), "\(type(of: model))")
    }
  }

  @Test func configurationSurvivesItsFile() throws {
    for family in [BERTConfiguration.Family.bert, .distilBERT] {
      var configuration = BERTConfiguration(
        family: family, vocabularySize: 20, width: 8, layers: 2, heads: 2, innerWidth: 12, positions: 9,
        dropout: 0.25,
        activation: .relu)
      configuration.labels = ["no", "yes"]
      let data = try JSONEncoder().encode(configuration)
      #expect(try JSONDecoder().decode(BERTConfiguration.self, from: data) == configuration)
    }
    let wrong = Data(#"{"model_type": "t5"}"#.utf8)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(BERTConfiguration.self, from: wrong) }
    let absurd = Data(#"{"model_type": "bert", "hidden_size": 10, "num_attention_heads": 3}"#.utf8)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(BERTConfiguration.self, from: absurd) }
  }

  @Test func aTextThatIsTooLongStops() async {
    await #expect(processExitsWith: .failure) {
      let configuration = BERTConfiguration(
        vocabularySize: 20, width: 8, layers: 1, heads: 2, innerWidth: 8, positions: 4)
      _ = BERTClassifier(configuration, classes: 2)(TokenBatch(ids: .zeros([1, 5])))
    }
  }
}

extension BERTConfiguration {
  /// What ``BERTClassifier`` has, counted without making it: a large model would take a gigabyte.
  fileprivate func classifierParameterCount(classes: Int) -> Int {
    let types = family == .bert ? tokenTypes : 0
    let embeddings = (vocabularySize + positions + types + 2) * width
    func small(_ layers: Int) -> Int {
      var copy = self
      (copy.vocabularySize, copy.positions, copy.layers) = (1, 1, layers)
      let model = BERTClassifier(copy, classes: classes)
      return model.state.compactMap(\.parameter).reduce(0) { $0 + $1.value.count }
    }
    // A layer is counted on the real code, once; layers are alike.
    let (one, two) = (small(1), small(2))
    let smallEmbeddings = (1 + 1 + types + 2) * width
    return one - smallEmbeddings + (layers - 1) * (two - one) + embeddings
  }
}
