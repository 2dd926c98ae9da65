import Foundation
import GraftTensor
import Testing

@testable import GraftNN

/// Runs `body` with a folder of its own, which disappears afterwards.
func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "graft-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}

/// A file of weights is what its first bytes say, and may refer to its neighbours only.
@Suite struct CheckpointFilesTests {
  /// Files that PyTorch wrote; see `make_pytorch_files.py` there.
  private func fixture(_ name: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "GraftTensorTests/Fixtures/pytorch/\(name)")
  }

  private func expectSameTensors(_ checkpoint: Checkpoint, _ expected: Checkpoint) throws {
    #expect(checkpoint.names == expected.names)
    for name in expected.names {
      #expect(checkpoint.entry(name)?.shape == expected.entry(name)?.shape)
      let bytes = try checkpoint.anyTensor(name).withContiguousBytes { Array($0) }
      #expect(try bytes == expected.anyTensor(name).withContiguousBytes { Array($0) }, "\(name)")
    }
  }

  @Test(arguments: ["zip2.pt", "stream2.pth"]) func pyTorchFilesAreCheckpoints(name: String) throws {
    let expected = try Checkpoint(contentsOf: fixture("expected.safetensors"))
    try expectSameTensors(Checkpoint(contentsOf: fixture(name)), expected)
    try withTemporaryFolder { folder in
      // The name does not matter.
      let disguised = folder.appending(path: "model.safetensors")
      try FileManager.default.copyItem(at: fixture(name), to: disguised)
      try expectSameTensors(Checkpoint(contentsOf: disguised), expected)
    }
  }

  @Test func aModelLoadsFromATrainingCheckpoint() throws {
    var generator = RandomGenerator(seed: 1)
    let model = Sequential {
      Linear(2, 3, using: &generator)
      BatchNorm1D(3)
    }
    for name in ["training.pt", "training.pth", "only_section.pt"] {
      #expect(try model.load(Checkpoint(contentsOf: fixture(name))).isExact)
    }
    let twin = try PyTorchFile(contentsOf: fixture("two_networks.pt"), section: "discriminator")
    #expect(try model.load(Checkpoint(twin)).isExact)
    // Training must not reach into the file's memory.
    model.parameters[0].value += 1
    #expect(try Checkpoint(twin).tensor("0.weight", as: Float.self) + 1 == model.parameters[0].value)
  }

  @Test func anIndexMayListFilesOfPyTorch() throws {
    try withTemporaryFolder { folder in
      try FileManager.default.copyItem(at: fixture("tensor.pt"), to: folder.appending(path: "a.bin"))
      try FileManager.default.copyItem(at: fixture("python2.pth"), to: folder.appending(path: "b.bin"))
      let index = folder.appending(path: "pytorch_model.bin.index.json")
      try Data(#"{"metadata": {}, "weight_map": {"tensor": "a.bin", "weight": "b.bin"}}"#.utf8).write(
        to: index)
      let checkpoint = try Checkpoint(contentsOf: index)
      #expect(checkpoint.names == ["tensor", "weight"])
      #expect(try checkpoint.tensor("weight", as: Float.self) == Tensor([1, 2, 3]))
    }
  }

  @Test(arguments: [
    ("<!DOCTYPE html><html></html>", "HTML page"),
    ("version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
    ("\u{1F}\u{8}", "damaged"), ("Entry not found", "no such file"), ("{\"error\": \"gated\"}", "weight_map"),
    ("", "0 bytes"),
  ]) func wrongDownloadsAreCalledByTheirName(text: String, word: String) throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "model.safetensors")
      try Data(text.utf8).write(to: url)
      let error = try #require(throws: (any Error).self) { try Checkpoint(contentsOf: url) }
      #expect(error is any GraftError)
      #expect("\(error)".contains(word) && "\(error)".contains(url.path), "\(error)")
    }
  }

  @Test(arguments: [
    #"{"weight_map": {"w": "../w.safetensors"}}"#, #"{"weight_map": {"w": "/etc/passwd"}}"#,
    #"{"weight_map": {"w": "a\\..\\b"}}"#, #"{"weight_map": {"w": "../\u0301x"}}"#,
    #"{"weight_map": {"w": "a\u0000"}}"#,
    #"{"weight_map": {"w": ".."}}"#, #"{"weight_map": {"w": ""}}"#, #"{"weight_map": {"w": 1}}"#,
    #"{"weight_map": {"w": "a", "w": "b"}}"#, #"{"weight_map": {}, "weight_map": {}}"#,
    #"{"weight_map": []}"#,
    #"{"weight_map": {"w": "missing.safetensors"}}"#, "{}", #"{"weight_map": {}} {}"#,
    #"{"a": {"b": 1, "b": 2}}"#,
    "{\"metadata\": \(String(repeating: "[", count: 100_000))",
    "{\"metadata\": \(String(repeating: "{\"a\":", count: 100_000))",
  ]) func hostileIndexesAreRefused(text: String) throws {
    try withTemporaryFolder { folder in
      let index = folder.appending(path: "model.safetensors.index.json")
      try Data(text.utf8).write(to: index)
      // Something that would be found if the check failed.
      try Checkpoint(["w": AnyTensor(Tensor<Float>(1))])
        .write(to: folder.deletingLastPathComponent().appending(path: "\u{301}x"))
      defer {
        try? FileManager.default.removeItem(
          at: folder.deletingLastPathComponent().appending(path: "\u{301}x"))
      }
      let error = try #require(throws: (any Error).self) { try Checkpoint(contentsOf: index) }
      #expect(error is CheckpointError || error is TensorFileError)
      #expect("\(error)".utf8.count < 1000)
    }
  }
}
