import Foundation
import GraftTensor
import Testing

@testable import GraftNN

@Suite struct PretrainedFolderTests {
  private struct Configuration: Decodable, Equatable {
    let width: Int
    let activation: String

    enum CodingKeys: String, CodingKey {
      case width = "hidden_size"
      case activation = "hidden_act"
    }
  }

  private let tensors: [String: AnyTensor] = [
    "a": AnyTensor(Tensor<Float>([1, 2, 3, 4])), "b": AnyTensor(Tensor<Float>([[5, 6], [7, 8]])),
    "c": AnyTensor(Tensor<Int64>([9])), "d": AnyTensor(Tensor<Float>.zeros([100])),
    "e": AnyTensor(Tensor<Float>([0.5])),
  ]

  private func files(in folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  private func expectSaved(in folder: URL) throws {
    let checkpoint = try PretrainedFolder(folder).checkpoint()
    #expect(checkpoint.names == ["a", "b", "c", "d", "e"])
    #expect(try checkpoint.tensor("b", as: Float.self) == Tensor([[5, 6], [7, 8]]))
    #expect(try checkpoint.tensor("c", as: Int64.self) == Tensor([9]))
    #expect(try checkpoint.tensor("e", as: Float.self) == Tensor([0.5]))
  }

  @Test func whatFitsIsOneFile() throws {
    try withTemporaryFolder { folder in
      let inside = folder.appending(path: "new/model")
      try Checkpoint(tensors).write(
        toFolder: inside, configuration: #"{"hidden_size": 8, "hidden_act": "gelu"}"#)
      #expect(try files(in: inside) == ["config.json", "model.safetensors"])
      try expectSaved(in: inside)
      #expect(
        try PretrainedFolder(inside).configuration(as: Configuration.self)
          == Configuration(width: 8, activation: "gelu"))
    }
  }

  /// Bytes: a 16, b 16, c 8, d 400, e 4. With 32 a file: a and b, c alone since d is too large for any, d, e.
  @Test func theRestIsDivided() throws {
    try withTemporaryFolder { folder in
      try Checkpoint(tensors).write(toFolder: folder, maximumShardByteCount: 32)
      let shards = (1...4).map { "model-0000\($0)-of-00004.safetensors" }
      #expect(try files(in: folder) == shards + ["model.safetensors.index.json"])
      #expect(
        try shards.map { try Checkpoint(contentsOf: folder.appending(path: $0)).names }
          == [["a", "b"], ["c"], ["d"], ["e"]])
      try expectSaved(in: folder)

      let index = try JSONSerialization.jsonObject(
        with: Data(contentsOf: folder.appending(path: "model.safetensors.index.json")))
      let metadata = (index as? [String: Any])?["metadata"] as? [String: Any]
      #expect(metadata?["total_size"] as? Int == 444)
    }
  }

  /// A loader takes one file before several, and an index before it knows better.
  @Test func whatAnEarlierSaveLeftIsRemoved() throws {
    try withTemporaryFolder { folder in
      let other = Checkpoint(["x": AnyTensor(Tensor<Float>([1]))])
      try Data("keep".utf8).write(to: folder.appending(path: "model-card.safetensors.md"))
      try other.write(toFolder: folder)
      try Checkpoint(tensors).write(toFolder: folder, maximumShardByteCount: 32)
      try expectSaved(in: folder)
      // Also from the folder itself into fewer files.
      try PretrainedFolder(folder).checkpoint().write(toFolder: folder, maximumShardByteCount: 450)
      try expectSaved(in: folder)
      #expect(try files(in: folder) == ["model-card.safetensors.md", "model.safetensors"])
    }
  }

  @Test func takesSafetensorsFirst() throws {
    try withTemporaryFolder { folder in
      for (index, name) in PretrainedFolder.weightNames.reversed().enumerated() where !name.hasSuffix(".json")
      {
        try Checkpoint(["n": AnyTensor(Tensor<Float>(Float(index)))]).write(to: folder.appending(path: name))
        #expect(try PretrainedFolder(folder).checkpoint().tensor("n", as: Float.self) == Tensor(Float(index)))
      }
    }
  }

  @Test func saysWhatItLookedFor() throws {
    try withTemporaryFolder { folder in
      try Data().write(to: folder.appending(path: "README.md"))
      let pretrained = try PretrainedFolder(folder)
      let error = #expect(throws: PretrainedFolderError.self) { try pretrained.checkpoint() }
      #expect(
        error
          == .missingFile(folder: folder.path, lookedFor: PretrainedFolder.weightNames, found: ["README.md"]))
      let text = "\(try #require(error))"
      #expect(text.contains("pytorch_model.bin.index.json") && text.contains("README.md"))
      #expect(throws: PretrainedFolderError.self) { try pretrained.configuration(as: Configuration.self) }
      #expect(throws: PretrainedFolderError.self) { try pretrained.file("vocab.txt", "tokenizer.json") }
      #expect(throws: PretrainedFolderError.notAFolder(folder.path + "/README.md")) {
        try PretrainedFolder(folder.appending(path: "README.md"))
      }
    }
  }

  @Test(arguments: [
    (#"{"hidden_act": "gelu"}"#, "hidden_size is missing"),
    (#"{"hidden_size": "8", "hidden_act": "gelu"}"#, "Int"),
    (#"{"hidden_size": 8, "hidden_act": null}"#, "hidden_act"), ("[]", "Dictionary"),
    (#"{"hidden_size": 1e99, "hidden_act": "gelu"}"#, "config.json"),
    (#"{"hidden_size": 8, "hidden_size": 9, "hidden_act": "gelu"}"#, "twice"),
    ("{\"hidden_size\": 8", "expected"),
    (String(repeating: "[", count: 1_000_000), "nested too deeply"), ("", "expected a value"),
    ("{\"a\": \(String(repeating: "{\"a\":", count: 100))", "nested too deeply"),
    ("<html>", "expected a value"),
  ]) func unsuitableConfigurationsAreRefused(text: String, word: String) throws {
    try withTemporaryFolder { folder in
      try Data(text.utf8).write(to: folder.appending(path: "config.json"))
      let error = try #require(throws: (any Error).self) {
        try PretrainedFolder(folder).configuration(as: Configuration.self)
      }
      #expect(error is PretrainedFolderError || error is TensorFileError)
      #expect("\(error)".contains(word), "\(error)")
    }
  }
}
