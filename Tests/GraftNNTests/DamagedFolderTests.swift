import Foundation
import GraftTensor
import Testing

@testable import GraftNN

/// Whatever an index or a configuration says, the answer is tensors, a value, or an error that says what is wrong.
@Suite struct DamagedFolderTests {
  private struct Configuration: Decodable {
    struct Head: Decodable {
      let classes: Int
      let names: [String: String]?
    }

    let width: Int
    let rates: [Double]
    let head: Head
  }

  /// The text with one to three bytes exchanged for others that mean something in JSON, or parts doubled or cut out.
  private func damaged(_ text: String, using generator: inout RandomGenerator) -> Data {
    let interesting = Array("{}[]\",:0123456789-.\\/ue tn".utf8) + [0, 0x80, 0xFF]
    var bytes = Array(text.utf8)
    for _ in 0...generator.integer(below: 3) {
      let place = generator.integer(below: bytes.count)
      let end = min(bytes.count, place + 1 + generator.integer(below: 20))
      switch generator.integer(below: 5) {
      case 0: bytes.removeSubrange(place..<min(end, bytes.count - 1))
      case 1: bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
      default: bytes[place] = interesting[generator.integer(below: interesting.count)]
      }
    }
    return Data(bytes)
  }

  private func write(_ data: Data, to url: URL) throws {
    let file = try #require(fopen(url.path, "wb"))
    defer { fclose(file) }
    #expect(data.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) } == data.count)
  }

  @Test func anIndexSurvivesDamage() throws {
    try withTemporaryFolder { folder in
      try Checkpoint(["a": AnyTensor(Tensor<Float>(1))]).write(to: folder.appending(path: "1.safetensors"))
      try Checkpoint(["b": AnyTensor(Tensor<Float>(2))]).write(to: folder.appending(path: "2.safetensors"))
      let index = folder.appending(path: "model.safetensors.index.json")
      let valid =
        #"{"metadata": {"total_size": 8}, "weight_map": {"a": "1.safetensors", "b": "2.safetensors"}}"#
      var generator = RandomGenerator(seed: 1)
      var opened = 0
      for _ in 0..<2000 {
        try write(damaged(valid, using: &generator), to: index)
        do {
          let checkpoint = try Checkpoint(contentsOf: index)
          #expect(Set(checkpoint.names).isSubset(of: ["a", "b"]))
          for name in checkpoint.names { _ = try checkpoint.tensor(name, as: Float.self).scalar }
          opened += 1
        } catch {
          #expect(error is CheckpointError || error is TensorFileError, "\(error)")
        }
      }
      // Both outcomes have to occur for the test to mean anything.
      #expect(opened > 10 && opened < 1990)
    }
  }

  @Test func aConfigurationSurvivesDamage() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "config.json")
      let valid =
        #"{"width": 768, "rates": [0.1, 1e-5], "head": {"classes": 3, "names": {"0": "cat"}}, "x": [{}]}"#
      let pretrained = try PretrainedFolder(folder)
      var generator = RandomGenerator(seed: 2)
      var opened = 0
      for _ in 0..<2000 {
        try write(damaged(valid, using: &generator), to: file)
        do {
          _ = try pretrained.configuration(as: Configuration.self)
          opened += 1
        } catch {
          #expect(error is PretrainedFolderError || error is TensorFileError, "\(error)")
        }
      }
      // Both outcomes have to occur for the test to mean anything.
      #expect(opened > 10 && opened < 1990)
    }
  }
}
