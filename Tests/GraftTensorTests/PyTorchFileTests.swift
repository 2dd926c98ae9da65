import Foundation
import Testing

@testable import GraftTensor

@Suite struct PyTorchFileTests {
  private func expected(_ name: String = "expected") throws -> SafetensorsFile {
    try SafetensorsFile(contentsOf: PyTorchFixture.url("\(name).safetensors"))
  }

  /// Holds every tensor against the one of the same name that safetensors wrote: type, shape and bytes.
  private func expectEqual(_ file: PyTorchFile, _ expected: SafetensorsFile, under prefix: String = "") throws
  {
    #expect(Set(file.names) == Set(expected.names.map { prefix + $0 }))
    for name in expected.names {
      #expect(file.entry(prefix + name) == expected.entry(name), "\(name)")
      let (tensor, other) = try (file.anyTensor(prefix + name), expected.anyTensor(name))
      #expect(tensor.elementType == other.elementType && tensor.shape == other.shape, "\(name)")
      let bytes = tensor.withContiguousBytes { Array($0) }
      #expect(bytes == other.withContiguousBytes { Array($0) }, "\(name)")
    }
  }

  @Test(arguments: ["zip2.pt", "zip3.pt", "zip4.pt", "zip5.pt", "no_byte_order.pt"])
  func readsZipArchives(name: String) throws {
    let file = try PyTorchFile(contentsOf: PyTorchFixture.url(name))
    try expectEqual(file, expected())
    #expect(file.names.prefix(3) == ["bool", "u8", "i8"], "the order of the state dict")
  }

  @Test(arguments: ["stream2.pth", "stream3.pth", "stream4.pth", "stream5.pth"])
  func readsStreamsOfPickles(name: String) throws {
    try expectEqual(PyTorchFile(contentsOf: PyTorchFixture.url(name)), expected())
  }

  /// Formulas of the script, in case that both readers err alike.
  @Test func valuesAreThoseThatWereSaved() throws {
    let file = try PyTorchFile(contentsOf: PyTorchFixture.url("zip2.pt"))
    let floats = Tensor<Float>([
      [-0.5, -0.375, -0.25, -0.125], [0, 0.125, 0.25, 0.375], [0.5, 0.625, 0.75, 0.875],
    ])
    #expect(try file.tensor("f32") == floats)
    #expect(try file.tensor("transposed") == floats.transposed())
    #expect(try file.tensor("f16.transposed") == floats.transposed())
    #expect(try file.tensor("column", as: Float.self) == Tensor([-0.375, 0.125, 0.625]))
    #expect(try file.tensor("steps", as: Double.self) == Tensor([3, 8, 13]))
    #expect(try file.tensor("repeated", as: Float.self) == Tensor([[2.5, 2.5, 2.5], [2.5, 2.5, 2.5]]))
    #expect(try file.tensor("scalar", as: Int32.self) == Tensor(42))
    #expect(try file.tensor("bool", as: Bool.self).scalars.prefix(5) == [false, true, false, false, true])
    #expect(try file.tensor("f16", as: Float.self).scalars == [0, -1.5, 65504, 0x1p-24, .infinity])
    #expect(file.entry("bf16")?.elementType == .bfloat16)
    #expect(file.entry("nothing")?.shape == [0])
    #expect(file.entry("absent") == nil)
  }

  @Test func sharesTheFilesMemory() throws {
    let file = try PyTorchFile(contentsOf: PyTorchFixture.url("zip2.pt"))
    func address(_ name: String) throws -> UnsafeRawPointer? {
      let tensor: Tensor<Float> = try file.tensor(name)
      return tensor.withUnsafeElements { UnsafeRawPointer($0) }
    }
    #expect(try address("tied.one") == address("tied.two"))
    #expect(try address("f32") == address("transposed"))
    // A written tensor is a copy; the other keeps its elements.
    var one: Tensor<Float> = try file.tensor("tied.one")
    one += 1
    #expect(try file.tensor("tied.two", as: Float.self).scalars[0] == 4)
  }

  @Test func convertsOnlyWithoutLoss() throws {
    let url = PyTorchFixture.url("zip2.pt")
    let file = try PyTorchFile(contentsOf: url)
    #expect(
      throws: TensorFileError(
        file: url.path, .inconvertible(tensor: "f64", stored: .float64, requested: .float32))
    ) { try file.tensor("f64", as: Float.self) }
    #expect(throws: TensorFileError(file: url.path, .noSuchTensor("x", available: file.names))) {
      try file.anyTensor("x")
    }
  }

  @Test(arguments: ["training.pt", "training.pth", "only_section.pt"])
  func takesTheWeightsOfATrainingCheckpoint(name: String) throws {
    try expectEqual(PyTorchFile(contentsOf: PyTorchFixture.url(name)), expected("network"))
  }

  @Test(arguments: ["training.pt", "training.pth"]) func takesTheSectionAskedFor(name: String) throws {
    let url = PyTorchFixture.url(name)
    let optimizer = try PyTorchFile(contentsOf: url, section: "optimizer")
    #expect(optimizer.names.prefix(3) == ["state.0.step", "state.0.exp_avg", "state.0.exp_avg_sq"])
    #expect(optimizer.entry("state.0.exp_avg")?.shape == [3, 2])
    #expect(try PyTorchFile(contentsOf: url, section: "optimizer.state.1").entry("exp_avg")?.shape == [3])
    #expect(try PyTorchFile(contentsOf: url, section: "generator").names == ["0", "1.0"])
    #expect(try pyTorchProblem(url, section: "ema") == .noSuchSection("ema"))
    #expect(try pyTorchProblem(url, section: "state") == .noSuchSection("state"))
  }

  @Test func namesWhatLiesElsewhere() throws {
    let networks = try PyTorchFile(contentsOf: PyTorchFixture.url("two_networks.pt"))
    #expect(networks.names.count == 14 && networks.names[0] == "generator.0.weight")
    #expect(try PyTorchFile(contentsOf: PyTorchFixture.url("tensor.pt")).names == ["tensor"])
    #expect(try PyTorchFile(contentsOf: PyTorchFixture.url("list.pt")).names == ["0", "1.w"])
    #expect(try pyTorchProblem(PyTorchFixture.url("no_tensors.pt")) == .noTensors)
  }

  @Test(arguments: ["python2.pth", "part.pth"]) func readsWhatPython2Wrote(name: String) throws {
    let file = try PyTorchFile(contentsOf: PyTorchFixture.url(name))
    #expect(file.names == ["weight"])
    #expect(try file.tensor("weight", as: Float.self) == Tensor([1, 2, 3]))
  }
}
