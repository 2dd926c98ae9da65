import Foundation
import GraftTensor
import Testing

@testable import GraftData

/// Calls `body` with an empty folder, which is removed afterwards.
private func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "graft-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}

private func contents(of folder: URL) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
}

@Suite struct ShardTests {
  @Test(arguments: [1, 7, 23, 24, 100])
  func shardsEqualTheDataSet(_ size: Int) throws {
    let dataset = try randomImages([24, 3, 5, 4], classes: 4, seed: 1).subset(
      at: [5, 3] + Array(6..<24) + [0, 1, 2])
    try withFolder { folder in
      let place = folder.appending(path: "shards")
      let skipped = try dataset.storedSamples.writeShards(to: place, of: size, classNames: dataset.classNames)
      #expect(skipped.isEmpty)
      #expect(try contents(of: folder) == ["shards"])
      #expect(try contents(of: place).count == (dataset.count + size - 1) / size)
      let shards = try ShardedDataset(contentsOf: place)
      #expect(shards.count == dataset.count && shards.classNames == dataset.classNames)
      #expect(shards.inputShape == dataset.inputShape && shards.labels == dataset.map(\.label))
      let augmentation = PaddedCrop(padding: 2) + HorizontalFlip()
      let expected = dataset.normalized(by: .cifar10)
        .batches(of: 5, epoch: 1, shuffledBy: 3, augmentedBy: augmentation).map { bits($0.inputs) }
      var found: [[UInt32]] = []
      try shards.batches(of: 5, epoch: 1, shuffledBy: 3, augmentedBy: augmentation, normalizedBy: .cifar10)
        .forEachBatch { found.append(bits($0.inputs)) }
      #expect(found == expected)
    }
  }

  @Test func numbersAndArraysOfNumPy() throws {
    var generator = RandomGenerator(seed: 1)
    let rows = Tensor<Float>.normal([7, 3], using: &generator)
    let dataset = try LabeledDataset(inputs: rows, labels: Tensor((0..<7).map { Int32($0 % 2) }))
    try withFolder { folder in
      let place = folder.appending(path: "shards")
      try dataset.storedSamples.writeShards(to: place, of: 4)
      let shards = try ShardedDataset(contentsOf: place)
      #expect(shards.classNames == nil)
      #expect((0..<7).map { bits(shards.sample(at: $0).numbers) } == (0..<7).map { bits(rows.select($0)) })

      let files = ["a", "b"].map {
        (
          inputs: folder.appending(path: $0 + "-inputs.npy"),
          labels: folder.appending(path: $0 + "-labels.npy")
        )
      }
      try rows.slice(0..<3, along: 0).writeNPY(to: files[0].inputs)
      try rows.slice(3..<7, along: 0).writeNPY(to: files[1].inputs)
      try Tensor<Int64>([0, 1, 0]).writeNPY(to: files[0].labels)
      try Tensor<UInt8>([1, 0, 1, 0]).writeNPY(to: files[1].labels)
      let arrays = try ShardedDataset(npy: files)
      #expect(arrays.labels == dataset.map(\.label) && arrays.inputShape == [3])
      #expect((0..<7).map { bits(arrays.sample(at: $0).numbers) } == (0..<7).map { bits(rows.select($0)) })

      try Tensor<Int64>([0, 1]).writeNPY(to: files[0].labels)
      #expect(try fault { _ = try ShardedDataset(npy: files) }?.kind == .countMismatch)
      try Tensor<Int64>([0, -1, 0]).writeNPY(to: files[0].labels)
      #expect(try fault { _ = try ShardedDataset(npy: files) }?.kind == .labelOutOfRange)
      try Tensor<Double>([[1], [2], [3]]).writeNPY(to: files[0].inputs)
      #expect(try fault { _ = try ShardedDataset(npy: files) }?.kind == .unsupported)
      try Data("not an array".utf8).write(to: files[0].inputs)
      #expect(throws: TensorFileError.self) { try ShardedDataset(npy: files) }
    }
  }

  @Test func inputsStayInTheFile() throws {
    let dataset = try randomImages([64, 3, 64, 64], classes: 4, seed: 1)
    try withFolder { folder in
      let place = folder.appending(path: "shards")
      try dataset.storedSamples.writeShards(to: place, of: 64)
      let shards = try ShardedDataset(contentsOf: place)
      let images = (0..<64).compactMap { shards.sample(at: $0).image }
      // Neighbours in the file are neighbours in memory: views of one mapping.
      let addresses = images.map { $0.withUnsafeElements { Int(bitPattern: $0) } }
      #expect((1..<64).allSatisfy { addresses[$0] - addresses[$0 - 1] == 3 * 64 * 64 })
    }
  }

  @Test func refusesWhatDoesNotFit() throws {
    let images = try randomImages([4, 3, 5, 4], classes: 4, seed: 1)
    let wider = try randomImages([4, 3, 5, 5], classes: 4, seed: 1)
    try withFolder { folder in
      let (first, second) = (folder.appending(path: "1"), folder.appending(path: "2"))
      try images.storedSamples.writeShards(to: first, of: 3)
      try wider.storedSamples.writeShards(to: second, of: 4)
      // Nothing is written over.
      #expect(try fault { try wider.storedSamples.writeShards(to: first, of: 3) }?.kind == .unwritable)
      #expect(try ShardedDataset(contentsOf: first).inputShape == [3, 5, 4])
      let files = [
        first.appending(path: "shard-000000.safetensors"), second.appending(path: "shard-000000.safetensors"),
      ]
      #expect(try fault { _ = try ShardedDataset(safetensors: files) }?.kind == .shapeMismatch)
      #expect(throws: TensorFileError.self) { try ShardedDataset(safetensors: files, inputs: "images") }
      let missing = try fault { _ = try ShardedDataset(contentsOf: folder.appending(path: "3")) }
      #expect(missing?.kind == .unreadable)
      #expect(try fault { _ = try ShardedDataset(contentsOf: folder) }?.kind == .unreadable)
      let nowhere = folder.appending(path: "3/4")
      #expect(try fault { try wider.storedSamples.writeShards(to: nowhere, of: 3) }?.kind == .unwritable)
    }
  }

  @Test func aFailureLeavesNothingBehind() throws {
    struct Mixed: SampleSource {
      let count = 30
      var skipsBrokenSamples = false
      let broken: Int?
      func sample(at index: Int) throws -> StoredSample {
        if index == broken { throw CocoaError(.fileReadCorruptFile) }
        return StoredSample(image: .zeros([1, 2, index == 20 && broken == nil ? 3 : 2]), label: 0)
      }
    }
    try withFolder { folder in
      let place = folder.appending(path: "shards")
      let error = try fault { try Mixed(broken: nil).writeShards(to: place, of: 5) }
      #expect(error?.kind == .shapeMismatch && error?.place == .sample(20))
      #expect(throws: CocoaError.self) { try Mixed(broken: 21).writeShards(to: place, of: 5) }
      #expect(try contents(of: folder).isEmpty)
      let skipped = try Mixed(skipsBrokenSamples: true, broken: 21).writeShards(to: place, of: 5)
      #expect(skipped.map(\.index) == [21])
      #expect(try ShardedDataset(contentsOf: place).count == 29)
    }
  }
}
