import Foundation
import Testing

@testable import GraftTensor

/// A file is what its first bytes say; the commonest wrong downloads are called by their name.
@Suite struct FileKindTests {
  private func kind(_ bytes: [UInt8]) -> FileKind { bytes.withUnsafeBytes { FileKind($0) } }

  @Test func knowsTheKindsOfTensorFiles() throws {
    #expect(try FileKind(contentsOf: Fixture.url("every_type.safetensors")) == .safetensors)
    #expect(try FileKind(contentsOf: PyTorchFixture.url("zip2.pt")) == .zip)
    for name in ["stream2.pth", "stream5.pth", "plain.pkl"] {
      #expect(try FileKind(contentsOf: PyTorchFixture.url(name)) == .pickle)
    }
    #expect(kind(safetensors(header: "{}")) == .safetensors)
    // A header of 123 bytes: its length begins like JSON.
    #expect(kind(safetensors(header: "{}" + String(repeating: " ", count: 121))) == .safetensors)
    #expect(kind(Array(" \n{\"weight_map\": {}}".utf8)) == .json)
  }

  @Test(
    arguments: [
      (Array("<!DOCTYPE html><html>".utf8), "HTML"), (Array("\n\n <HTML lang=\"en\">".utf8), "HTML"),
      (Array("version https://git-lfs.github.com/spec/v1\noid sha256:0\n".utf8), "git lfs pull"),
      ([0x1F, 0x8B, 8, 0], "gzip"), (Array("Entry not found".utf8), "no such file"),
      (Array("<?xml version=\"1.0\"?><Error>".utf8), "server's error"), (Array("GGUF\u{3}".utf8), "GGUF"),
      ([0x93] + Array("NUMPY\u{1}".utf8), "NPY"), ([0x89] + Array("HDF\r\n".utf8), "Keras"),
    ] as [([UInt8], String)]) func namesWrongDownloads(bytes: [UInt8], word: String) throws
  {
    #expect(kind(bytes).description.contains(word))
    let problem = try #require(try pyTorchProblem(bytes))
    #expect(problem == .notPyTorch(kind(bytes).description))
    #expect("\(problem)".contains(word))
  }

  @Test func knowsWhenItDoesNotKnow() {
    for bytes in [[], [0], [0x80], [0x80, 1, 2], Array("hello".utf8), [UInt8](repeating: 0, count: 300)] {
      #expect(kind(bytes) == .unknown)
    }
  }
}
