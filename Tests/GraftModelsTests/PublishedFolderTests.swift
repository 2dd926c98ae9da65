import Foundation
import GraftAutograd
import GraftData
import GraftNN
import GraftTensor
import Testing

@testable import GraftModels

/// Folders as the transformers package saves them, loaded by one call, and saved again with the same tensors and configuration.
/// `Tests/Parity/run` has the package load what is saved.
@Suite struct PublishedFolderTests {
  private func folder(_ name: String) throws -> PretrainedFolder {
    try PretrainedFolder(TextFixture(name).folder)
  }

  /// Saves a model, and holds the new folder's weights and sizes against those of the old one.
  private func checkSaved<Model: PublishedModel>(
    _ model: Model, as name: String
  ) throws where Model.Configuration: Codable & Equatable {
    let new = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: new) }
    try model.savePublished(to: new)
    let (saved, original) = try (PretrainedFolder(new), folder(name))
    let (found, wanted) = try (saved.checkpoint(), original.checkpoint())
    #expect(found.names == wanted.names)
    for tensor in wanted.names {
      #expect(try found.tensor(tensor, as: Float.self) == wanted.tensor(tensor, as: Float.self), "\(tensor)")
    }
    #expect(
      try saved.configuration(as: Model.Configuration.self)
        == original.configuration(as: Model.Configuration.self))
  }

  @Test func classifiers() throws {
    let (bert, report) = try BERTClassifier.pretrained(folder("bert-classifier"))
    #expect(report.isExact)
    #expect(bert.labels == ["bad", "fair", "good"])
    try TextFixture("bert-classifier").check { bert($0) }
    try checkSaved(bert, as: "bert-classifier")

    let (distilled, _) = try BERTClassifier.pretrained(folder("distilbert-classifier"))
    try TextFixture("distilbert-classifier").check { distilled($0) }
    try checkSaved(distilled, as: "distilbert-classifier")

    let (gpt, _) = try GPT2Classifier.pretrained(folder("gpt2-classifier"))
    #expect(gpt.publishedConfiguration.paddingToken == 39)
    try TextFixture("gpt2-classifier").check { gpt($0) }
    try checkSaved(gpt, as: "gpt2-classifier")
  }

  @Test func modelsOfTokens() throws {
    let (tokens, report) = try BERTTokenClassifier.pretrained(folder("bert-tokens"))
    #expect(report.isExact)
    try TextFixture("bert-tokens").check { tokens($0) }
    try checkSaved(tokens, as: "bert-tokens")
    for name in ["bert-masked", "distilbert-masked"] {
      let (guesser, _) = try BERTMaskedLanguageModel.pretrained(folder(name))
      try TextFixture(name).check { guesser($0) }
      try checkSaved(guesser, as: name)
    }
    let (writer, _) = try GPT2LanguageModel.pretrained(folder("gpt2-language"))
    try TextFixture("gpt2-language").check { writer($0) }
    try checkSaved(writer, as: "gpt2-language")
    let (encoder, _) = try SentenceEncoder.pretrained(folder("bert-base"))
    try TextFixture("bert-base").check { encoder.bert($0) }
    try checkSaved(encoder, as: "bert-base")
  }

  @Test func anotherNumberOfClassesIsANewHead() throws {
    let (model, report) = try BERTClassifier.pretrained(folder("bert-classifier"), classes: 7, seed: 3)
    #expect(report.replaced.map(\.path) == ["classifier.weight", "classifier.bias"])
    #expect(model(try TextFixture("bert-classifier").batch("a")).shape == [2, 7])
    let configuration = model.publishedConfiguration
    #expect(configuration.labels.count == 7 && configuration.labels[6] == "LABEL_6")
  }

  /// A checkpoint made for one purpose serves another: what only the first needs is left out, what only the second needs is new.
  @Test func checkpointsChangeTheirPurpose() throws {
    let (classifier, report) = try BERTClassifier.pretrained(folder("bert-masked"))
    #expect(report.missing == ["bert.pooler.dense.weight", "bert.pooler.dense.bias"])
    #expect(report.replaced.map(\.path) == ["classifier.weight", "classifier.bias"])
    #expect(classifier(try TextFixture("bert-masked").batch("a")).shape == [2, 2])
    let (tokens, _) = try BERTTokenClassifier.pretrained(folder("bert-base"), classes: 9)
    try TextFixture("bert-base").check { tokens.bert($0) }
    let (encoder, _) = try SentenceEncoder.pretrained(folder("bert-classifier"))
    #expect(encoder(try TextFixture("bert-classifier").batch("a")).shape == [2, 12])
    let (writer, _) = try GPT2LanguageModel.pretrained(folder("gpt2-classifier"))
    #expect(writer(try TextFixture("gpt2-classifier").batch("a")).shape == [2, 7, 40])
  }

  /// transformers' `DistilBertModel`, unlike `BertModel`, has no pooler: neither the model nor what it saves may have one.
  @Test func aDistilledSentenceEncoderHasNoPooler() throws {
    let (encoder, report) = try SentenceEncoder.pretrained(folder("distilbert-classifier"))
    #expect(report.isExact && encoder.bert.pooler == nil)
    #expect(encoder(try TextFixture("distilbert-classifier").batch("a")).shape.rank == 2)
    let saved = try encoder.checkpoint().mapped(by: encoder.publishedMapping)
    #expect(saved.names.allSatisfy { $0.hasPrefix("embeddings.") || $0.hasPrefix("transformer.layer.") })
  }

  @Test func anotherModelsFolderIsRefused() throws {
    #expect(throws: PretrainedFolderError.self) { try BERTClassifier.pretrained(folder("gpt2-language")) }
    #expect(throws: PretrainedFolderError.self) { try GPT2LanguageModel.pretrained(folder("bert-base")) }
  }
}
