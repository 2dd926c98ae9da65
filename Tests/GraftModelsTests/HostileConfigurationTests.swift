import Foundation
import GraftNN
import GraftTensor
import Testing

@testable import GraftModels

/// A `config.json` that lies: whatever sizes it states, the answer is an error that names the file or the difference, before any memory is taken
/// for a model of those sizes.
@Suite struct HostileConfigurationTests {
  /// The fixture's folder with some values of its configuration replaced by others, as JSON text.
  private func withFolder(
    _ name: String, _ changes: [String: String], _ body: (PretrainedFolder) throws -> Void
  ) throws {
    let original = try TextFixture(name).folder
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.copyItem(
      at: original.appendingPathComponent("model.safetensors"),
      to: folder.appendingPathComponent("model.safetensors"))
    let text = try String(contentsOf: original.appendingPathComponent("config.json"), encoding: .utf8)
    // A value that is a member by itself begins and ends on its line; the only others are the tables of labels.
    var lines = text.split(separator: "\n").map(String.init)
    for (key, value) in changes {
      if let line = lines.firstIndex(where: { $0.hasPrefix("  \"\(key)\": ") && !$0.hasSuffix("{") }) {
        lines[line] = "  \"\(key)\": \(value)" + (lines[line].hasSuffix(",") ? "," : "")
      } else {
        lines.insert("  \"\(key)\": \(value),", at: 1)
      }
    }
    try Data(lines.joined(separator: "\n").utf8).write(to: folder.appendingPathComponent("config.json"))
    try body(PretrainedFolder(folder))
  }

  private func expectRefused(
    _ name: String, _ changes: [String: String], _ load: (PretrainedFolder) throws -> Void
  ) throws {
    try withFolder(name, changes) { folder in
      let error = #expect(throws: (any Error).self, "\(changes)") { try load(folder) }
      #expect(
        error is PretrainedFolderError || error is CheckpointError || error is TensorFileError, "\(changes)")
    }
  }

  @Test(arguments: [
    ["hidden_size": "0"], ["hidden_size": "-12"], ["hidden_size": "13"], ["hidden_size": "1.5"],
    ["hidden_size": "9223372036854775806"], ["hidden_size": "1e30"], ["hidden_size": "3000000"],
    ["hidden_size": "24"], ["num_hidden_layers": "-1"], ["num_hidden_layers": "1000000000"],
    ["num_hidden_layers": "9223372036854775807"], ["num_hidden_layers": "1"], ["num_hidden_layers": "3"],
    ["num_attention_heads": "0"], ["num_attention_heads": "-3"], ["num_attention_heads": "5"],
    ["intermediate_size": "-1"], ["intermediate_size": "1125899906842624"], ["intermediate_size": "21"],
    ["vocab_size": "-40"], ["vocab_size": "4000000000"], ["vocab_size": "9223372036854775807"],
    ["vocab_size": "39"], ["max_position_embeddings": "1000000000000"], ["max_position_embeddings": "0"],
    ["type_vocab_size": "99999999999"], ["type_vocab_size": "-2"], ["pad_token_id": "40"],
    ["pad_token_id": "-1"], ["layer_norm_eps": "0"], ["layer_norm_eps": "-1e-12"],
    ["layer_norm_eps": "1e999"],
    ["hidden_dropout_prob": "1"], ["attention_probs_dropout_prob": "-0.5"],
    ["classifier_dropout": "\"high\""], ["hidden_act": "\"system\""],
    ["position_embedding_type": "\"relative_key\""], ["model_type": "\"gpt2\""],
    ["model_type": "null, \"a\": 1, \"a\": 2"],
    ["x": String(repeating: "[", count: 100_000)],
  ])
  func sizesOfBERT(changes: [String: String]) throws {
    try expectRefused("bert-classifier", changes) { _ = try BERTClassifier.pretrained($0) }
  }

  @Test(arguments: [
    ["n_embd": "0"], ["n_embd": "-12"], ["n_embd": "13"], ["n_embd": "9223372036854775806"],
    ["n_embd": "3000000"], ["n_embd": "24"], ["n_layer": "0"], ["n_layer": "1000000000"],
    ["n_layer": "3"], ["n_head": "0"], ["n_head": "7"], ["n_inner": "-1"], ["n_inner": "1125899906842624"],
    ["n_positions": "4000000000000"], ["n_positions": "-1"], ["vocab_size": "9223372036854775807"],
    ["vocab_size": "4000000000"], ["eos_token_id": "40"], ["eos_token_id": "-1"],
    ["layer_norm_epsilon": "0"], ["resid_pdrop": "2"], ["activation_function": "\"relu\""],
    ["scale_attn_weights": "false"], ["n_layer": "2, \"n_layer\": 2"],
  ])
  func sizesOfGPT2(changes: [String: String]) throws {
    try expectRefused("gpt2-classifier", changes) { _ = try GPT2Classifier.pretrained($0) }
  }

  @Test(arguments: [
    ["dim": "-12"], ["dim": "3000000"], ["n_layers": "1000000000"], ["n_heads": "0"],
    ["hidden_dim": "1125899906842624"], ["max_position_embeddings": "1000000000000"],
    ["dropout": "1"], ["activation": "\"swish\""],
  ])
  func sizesOfDistilBERT(changes: [String: String]) throws {
    try expectRefused("distilbert-classifier", changes) { _ = try BERTClassifier.pretrained($0) }
  }

  /// A head for a million classes, from a list that costs its author a few bytes for each.
  @Test func labelsOutOfProportion() throws {
    let many = "{" + (0..<200_000).map { "\"\($0)\":\"\"" }.joined(separator: ",") + "}"
    try expectRefused("distilbert-masked", ["id2label": many]) { _ = try BERTClassifier.pretrained($0) }
    for labels in [#"{"1": "a"}"#, #"{"-1": "a"}"#, #"{"0": 1}"#, "[]", "7"] {
      try expectRefused("distilbert-masked", ["id2label": labels]) { _ = try BERTClassifier.pretrained($0) }
    }
  }

  /// Replacing values by themselves changes nothing: what is refused elsewhere is refused for its value.
  @Test func whatIsTrueLoads() throws {
    try withFolder("bert-classifier", ["hidden_size": "12", "vocab_size": "40", "x": "[1]"]) {
      _ = try BERTClassifier.pretrained($0)
    }
    try withFolder("gpt2-classifier", ["n_embd": "12", "vocab_size": "40"]) {
      _ = try GPT2Classifier.pretrained($0)
    }
    try withFolder("distilbert-masked", ["dim": "12", "id2label": #"{"0": "a", "1": "b"}"#]) {
      _ = try BERTClassifier.pretrained($0)
    }
  }

  /// The check is as good as the number that it compares.
  @Test func parametersAreCountedRight() {
    var generator = RandomGenerator(seed: 0)
    for family in [BERTConfiguration.Family.bert, .distilBERT] {
      let sizes = BERTConfiguration(
        family: family, vocabularySize: 31, width: 12, layers: 3, heads: 2, innerWidth: 17, positions: 9,
        tokenTypes: 3)
      let model = BERT(sizes, pooler: false, using: &generator)
      #expect(sizes.backboneParameterCount == Double(model.parameterCount))
    }
    let sizes = GPT2Configuration(
      vocabularySize: 31, positions: 9, width: 12, layers: 3, heads: 2, innerWidth: 17)
    #expect(sizes.backboneParameterCount == Double(GPT2LanguageModel(sizes).parameterCount))
  }

  /// What a file leaves out can be more than is there: the report says what, and nothing is refused as out of proportion.
  @Test func incompleteWeightsAreReported() throws {
    try withFolder("bert-classifier", ["num_hidden_layers": "4"]) { folder in
      let error = #expect(throws: CheckpointError.self) { try BERTClassifier.pretrained(folder) }
      #expect(error?.description.contains("bert.encoder.layer.3") == true)
    }
  }
}
