import Foundation
import GraftAutograd
import GraftTensor
import Testing

@testable import GraftNN

@Suite struct CheckpointTests {
  /// A convolution, a batch norm and a classifier, all different from any other seed's.
  private func network(seed: UInt64, classes: Int = 5) -> Sequential {
    var generator = RandomGenerator(seed: seed)
    let network = Sequential {
      Conv2D(3, 4, kernel: 3, bias: false, using: &generator)
      BatchNorm2D(4)
      ReLU()
      GlobalAveragePool2D()
      Linear(4, classes, using: &generator)
    }
    let images = Tensor<Float>.normal([2, 3, 5, 5], using: &generator)
    _ = withMode(.training) { network(images) }
    return network
  }

  private func temporaryFile() -> URL {
    FileManager.default.temporaryDirectory.appending(path: "graft-\(UUID().uuidString).safetensors")
  }

  private func withTemporaryFile(_ body: (URL) throws -> Void) throws {
    let url = temporaryFile()
    defer { try? FileManager.default.removeItem(at: url) }
    try body(url)
  }

  @Test func whatIsSavedIsLoadedToTheLastBit() throws {
    try withTemporaryFile { url in
      let saved = network(seed: 1)
      let loaded = network(seed: 2)
      #expect(loaded.fingerprint() != saved.fingerprint())
      try saved.save(to: url, metadata: ["epoch": "3"])
      let report = try loaded.load(Checkpoint(contentsOf: url))
      #expect(report.isExact && report.matched == saved.state.map(\.path))
      #expect(loaded.fingerprint() == saved.fingerprint())
      #expect(try SafetensorsFile(contentsOf: url).metadata == ["format": "pt", "epoch": "3"])
    }
  }

  /// Training after loading must not reach into the file's memory, nor a change of the file into the model.
  @Test func aLoadedModelDoesNotDependOnTheFile() throws {
    try withTemporaryFile { url in
      let model = network(seed: 1)
      try model.save(to: url)
      let bytes = try Data(contentsOf: url)
      try model.load(Checkpoint(contentsOf: url))
      let fingerprint = model.fingerprint()
      let file = try FileHandle(forWritingTo: url)
      try file.write(contentsOf: Data(repeating: 0xFF, count: bytes.count))
      try file.close()
      #expect(model.fingerprint() == fingerprint)
    }
  }

  @Test func aSnapshotBringsBackTheBestWeights() throws {
    let model = network(seed: 1)
    let fingerprint = model.fingerprint()
    let best = model.checkpoint()
    for parameter in model.parameters { parameter.value *= 0.5 }
    _ = withMode(.training) { model(Tensor<Float>.ones([2, 3, 5, 5])) }
    #expect(model.fingerprint() != fingerprint)
    try model.load(best)
    #expect(model.fingerprint() == fingerprint)
  }

  @Test func everyDifferenceIsReportedAndNothingChanges() throws {
    let model = network(seed: 1)
    let fingerprint = model.fingerprint()
    var tensors = tensors(of: network(seed: 2, classes: 7))
    tensors["0.weight"] = nil
    tensors["1.bias"] = AnyTensor(Tensor<Int32>.zeros([4]))
    tensors["extra"] = AnyTensor(Tensor<Float>.zeros([1]))
    let error = #expect(throws: CheckpointError.self) { try model.load(Checkpoint(tensors)) }
    guard case .incompatible(_, let name, let report) = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(name == "Sequential")
    #expect(report.missing == ["0.weight"])
    #expect(report.unexpected == ["extra"])
    #expect(
      report.mismatched == [
        .init(path: "1.bias", reason: .elementType(expected: .float32, found: .int32)),
        .init(path: "4.weight", reason: .shape(expected: [5, 4], found: [7, 4])),
        .init(path: "4.bias", reason: .shape(expected: [5], found: [7])),
      ])
    let text = "\(try #require(error))"
    for part in ["0.weight", "extra", "4.bias: the model has [5], the checkpoint [7]", ".missing(\"0\")"] {
      #expect(text.contains(part), "\(part) in \(text)")
    }
    #expect(model.fingerprint() == fingerprint)
  }

  /// Accepting every difference would leave a random network, so the message does not offer it.
  @Test func anotherArchitectureIsNotOfferedAsATolerance() throws {
    let other = Checkpoint(["conv.weight": AnyTensor(Tensor<Float>.ones([2]))])
    let error = try #require(throws: CheckpointError.self) { try network(seed: 1).load(other) }
    #expect(error.localizedDescription == error.description)
    #expect(error.description.contains("another architecture"))
    #expect(!error.description.contains("allowing:"))
  }

  @Test func onlyWhatIsAllowedIsAccepted() throws {
    let source = network(seed: 2, classes: 7)
    let checkpoint = source.checkpoint()
    let model = network(seed: 1)
    let head = model[4].fingerprint()
    #expect(throws: CheckpointError.self) { try model.load(checkpoint, allowing: .mismatched("3.**")) }
    #expect(throws: CheckpointError.self) { try model.load(checkpoint, allowing: [.missing, .unexpected]) }
    let report = try model.load(checkpoint, allowing: .mismatched("4"))
    #expect(report.mismatched.map(\.path) == ["4.weight", "4.bias"])
    #expect(model[4].fingerprint() == head, "what is mismatched keeps its fresh initialisation")
    #expect(model[0].fingerprint() == source[0].fingerprint())
    #expect(model[1].fingerprint() == source[1].fingerprint())
  }

  @Test func missingAndUnexpectedEntriesCanBeAllowed() throws {
    let model = network(seed: 1)
    var tensors = tensors(of: model)
    tensors["4.bias"] = nil
    tensors["head.weight"] = AnyTensor(Tensor<Float>.zeros([1]))
    let checkpoint = Checkpoint(tensors)
    #expect(throws: CheckpointError.self) { try model.load(checkpoint, allowing: .missing) }
    #expect(throws: CheckpointError.self) { try model.load(checkpoint, allowing: .unexpected) }
    let report = try model.load(checkpoint, allowing: [.missing("**.bias"), .unexpected("head")])
    #expect(report.missing == ["4.bias"] && report.unexpected == ["head.weight"])
  }

  @Test func batchCountsMayBeMissing() throws {
    var tensors = tensors(of: network(seed: 2))
    tensors["1.num_batches_tracked"] = nil
    #expect(try network(seed: 1).load(Checkpoint(tensors)).isExact)
  }

  @Test func loadingKeepsTrainability() throws {
    let model = network(seed: 1)
    for entry in model.state { entry.isTrainable = false }
    try model.load(network(seed: 2).checkpoint())
    #expect(model.state.allSatisfy { !$0.isTrainable })
  }

  @Test func integersAreWidened() throws {
    var tensors = tensors(of: network(seed: 2))
    tensors["1.num_batches_tracked"] = AnyTensor(Tensor<Int32>(41))
    let model = network(seed: 1)
    try model.load(Checkpoint(tensors))
    #expect((model[1] as? BatchNorm2D)?.batchesTracked.value.scalar == 41)
  }

  @Test func aCheckpointMayLieInSeveralFiles() throws {
    let folder = temporaryFile().deletingPathExtension()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let index = folder.appending(path: "model.safetensors.index.json")
    let saved = network(seed: 1)
    let tensors = tensors(of: saved)
    func write(_ map: [String: String]) throws {
      try JSONEncoder().encode(["weight_map": map]).write(to: index)
    }
    var map: [String: String] = [:]
    for (name, part) in [
      ("one", tensors.filter { $0.key < "1.c" }), ("two", tensors.filter { $0.key >= "1.c" }),
    ] {
      try Checkpoint(part).write(to: folder.appending(path: name))
      for key in part.keys { map[key] = name }
    }
    #expect(Set(map.values) == ["one", "two"])
    try write(map)
    let loaded = network(seed: 2)
    #expect(try loaded.load(Checkpoint(contentsOf: index)).isExact)
    #expect(loaded.fingerprint() == saved.fingerprint())

    for name in ["../one", "/etc/passwd", "a/../one", "..", ""] {
      try write(["0.weight": name])
      #expect(throws: CheckpointError.self, "\(name)") { try Checkpoint(contentsOf: index) }
    }
    try write(["0.weight": "two"])
    #expect(throws: CheckpointError.self) { try Checkpoint(contentsOf: index) }
    try Data("{}".utf8).write(to: index)
    #expect(throws: CheckpointError.self) { try Checkpoint(contentsOf: index) }
  }

  private func tensors(of model: any Module) -> [String: AnyTensor] {
    Dictionary(uniqueKeysWithValues: model.state.map { ($0.path, $0.anyValue) })
  }
}

/// A model with one parameter under two names, as language models have.
private final class Tied: Module {
  var embedding = Embedding(weight: .zeros([3, 2]))
  var output: Linear

  init() {
    output = Linear(weight: .zeros([3, 2]))
    output.weight = embedding.weight
  }
}

@Suite struct SharedParameterTests {
  private let ones = AnyTensor(Tensor<Float>.ones([3, 2]))

  /// Files have such a tensor under either name or both.
  @Test(arguments: [["embedding.weight"], ["output.weight"], ["embedding.weight", "output.weight"]])
  func loadsUnderAnyOfItsNames(_ names: [String]) throws {
    let model = Tied()
    let report = try model.load(Checkpoint(Dictionary(uniqueKeysWithValues: names.map { ($0, ones) })))
    #expect(report.isExact && report.matched == ["embedding.weight"])
    #expect(model.embedding.weight.value == .ones([3, 2]))
  }

  @Test func differentValuesAreAConflict() throws {
    let checkpoint = Checkpoint([
      "embedding.weight": ones, "output.weight": AnyTensor(Tensor<Float>.zeros([3, 2])),
    ])
    let report = try Tied().load(checkpoint, allowing: .mismatched)
    #expect(
      report.mismatched.map(\.reason)
        == [.conflict(between: "embedding.weight", and: "output.weight")])
  }

  @Test func isSavedOnce() {
    #expect(Tied().checkpoint().names == ["embedding.weight"])
  }
}
