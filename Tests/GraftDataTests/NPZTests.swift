import Foundation
import GraftTensor
import Testing

@testable import GraftData

@Suite struct NPZTests {
  private static func file(_ name: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name).npz")
  }

  private func bytes(_ name: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: Self.file(name))) }

  /// What `Fixtures/make_npz.py` writes.
  @Test(arguments: ["arrays", "arrays_compressed"]) func readsNumPysFiles(name: String) throws {
    let file = try NPZFile(contentsOf: Self.file(name))
    #expect(file.names.prefix(4) == ["x_train", "y_train", "weights", "half"])
    let images: Tensor<UInt8> = try file.tensor("x_train")
    #expect(images == Tensor(shape: [5, 4, 3], scalars: (0..<60).map { UInt8($0) }))
    let weights = try file.tensor("weights", as: Float.self)
    #expect(weights == Tensor([[0, 0.25, 0.5], [0.75, 1, 1.25]]))
    #expect(try file.tensor("half", as: Float.self).scalars == [0.5, -2])
    let data = try LabeledDataset(images: images.expandingAxis(at: 1), labels: file.tensor("y_train"))
    #expect(data.map(\.label) == [0, 2, 1, 1, 0] && data.inputShape == [1, 4, 3])
    #expect(throws: TensorFileError.self) { try file.anyTensor("y_test") }
    #expect(throws: TensorFileError.self) { try file.tensor("weights", as: Int32.self) }
  }

  @Test func boundsWhatIsInflated() throws {
    let compressed = try bytes("arrays_compressed")
    let error = try fault { _ = try NPZFile(compressed, name: "f", maximumBytes: 24_000) }
    #expect(error?.kind == .tooLarge && error?.file == "f")
    #expect(
      try fault { _ = try NPZFile(contentsOf: Self.file("arrays"), maximumBytes: 500) }?.kind == .tooLarge)
    #expect(
      try NPZFile(compressed, name: "f", maximumBytes: 26_000).tensor("zeros", as: Int64.self).count == 3000)
  }

  @Test func noticesChangedBytes() throws {
    // The first array's elements, at the end of its entry.
    var stored = try bytes("arrays")
    let place = try #require(stored.indices.first { stored[$0...].starts(with: [57, 58, 59]) })
    stored[place] = 0
    let error = try fault { _ = try NPZFile(stored, name: "f", maximumBytes: 1 << 20).anyTensor("x_train") }
    #expect(error?.kind == .malformed && error?.problem.contains("x_train") == true)
  }

  @Test func refusesOtherArchives() throws {
    #expect(throws: TensorFileError.self) { try NPZFile([1, 2, 3], name: "f", maximumBytes: 100) }
    var other = try bytes("arrays")
    for index in other.indices where other[index...].starts(with: Array("half.npy".utf8)) {
      other.replaceSubrange(index..<(index + 8), with: Array("half.txt".utf8))
    }
    #expect(throws: TensorFileError.self) { try NPZFile(other, name: "f", maximumBytes: 1 << 20) }
  }

  @Test(arguments: ["arrays", "arrays_compressed"]) func damageNeverCrashes(name: String) throws {
    let valid = try bytes(name)
    var outcomes = [true: 0, false: 0]
    try fuzz(valid, rounds: 1500, seed: 9) { bytes in
      do {
        let file = try NPZFile(bytes, name: "f", maximumBytes: 1 << 20)
        for name in file.names { _ = try file.anyTensor(name) }
        outcomes[true, default: 0] += 1
      } catch is TensorFileError {
        outcomes[false, default: 0] += 1
      }
    }
    // Both have to occur for the test to mean anything.
    #expect(outcomes.values.allSatisfy { $0 > 10 }, "\(outcomes)")
  }
}
