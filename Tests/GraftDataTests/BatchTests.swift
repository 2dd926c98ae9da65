import Foundation
import GraftTensor
import Testing

@testable import GraftData

private let augmentation = PaddedCrop(padding: 2) + HorizontalFlip()

/// Everything that a loop over batches can see.
private func content(_ batches: Batches) -> [[UInt32]] {
  batches.flatMap { batch in
    [bits(batch.inputs), batch.labels.scalars.map(UInt32.init), batch.indices.map(UInt32.init)]
  }
}

@Suite struct BatchTests {
  @Test func unshuffledBatchesComeInOrder() throws {
    let dataset = try numberedImages(10)
    let batches = Array(dataset.batches(of: 4))
    #expect(batches.map(\.count) == [4, 4, 2])
    #expect(batches.flatMap(\.indices) == Array(0..<10))
    #expect(Tensor.concatenated(batches.map(\.images)) == dataset.inputs)
    #expect(batches.flatMap(\.labels.scalars) == dataset.labels.scalars)
    #expect(dataset.batches(of: 4, droppingLast: true).map(\.count) == [4, 4])
    #expect(dataset.batches(of: 4, droppingLast: true).count == 2)
    #expect(dataset.batches(of: 100).map(\.count) == [10])
    #expect(dataset.batches(of: .max).map(\.count) == [10])
    #expect(dataset.batches(of: 100, droppingLast: true).map(\.count) == [])
  }

  @Test func shufflingIsKeyedBySeedAndEpoch() throws {
    let dataset = try numberedImages(40)
    func order(_ seed: UInt64, _ epoch: Int) -> [Int] {
      dataset.batches(of: 7, epoch: epoch, shuffledBy: seed).flatMap(\.indices)
    }
    #expect(order(1, 0).sorted() == Array(0..<40))
    #expect(order(1, 0) == order(1, 0))
    #expect(order(1, 0) != order(1, 1) && order(1, 0) != order(2, 0) && order(1, 1) != order(2, 0))
    for batch in dataset.batches(of: 7, epoch: 3, shuffledBy: 9) {
      #expect(batch.inputs == dataset.inputs(at: batch.indices))
      #expect(batch.labels.scalars == batch.indices.map { Int32($0 % 3) })
    }
  }

  @Test(arguments: [1, 2, 16])
  func prefetchingChangesNothing(_ depth: Int) throws {
    let dataset = try randomImages([50, 3, 8, 8], classes: 4, seed: 1).normalized(by: .cifar10)
    let here = dataset.batches(of: 8, epoch: 2, shuffledBy: 5, augmentedBy: augmentation, prefetch: 0)
    let ahead = dataset.batches(of: 8, epoch: 2, shuffledBy: 5, augmentedBy: augmentation, prefetch: depth)
    #expect(content(here) == content(ahead))
    #expect(content(ahead) == content(ahead))
  }

  @Test func augmentationBelongsToTheSampleAndEpoch() throws {
    let dataset = try randomImages([30, 3, 8, 8], classes: 4, seed: 1)
    func images(_ size: Int, epoch: Int) -> [Int: [UInt32]] {
      var result: [Int: [UInt32]] = [:]
      for batch in dataset.batches(of: size, epoch: epoch, shuffledBy: 5, augmentedBy: augmentation) {
        for (row, index) in batch.indices.enumerated() { result[index] = bits(batch.images.select(row)) }
      }
      return result
    }
    #expect(images(4, epoch: 0) == images(30, epoch: 0))
    let (first, second) = (images(4, epoch: 0), images(4, epoch: 1))
    // An image comes out the same in two epochs with probability 1/25 · 1/2.
    #expect(first.filter { second[$0.key] == $0.value }.count < 10)
  }

  @Test func anAugmentationThatChangesNothingChangesNoBit() throws {
    let dataset = try randomImages([20, 3, 5, 5], classes: 4, seed: 1).normalized(by: .imageNet)
    let plain = dataset.batches(of: 6, shuffledBy: 1)
    let idle = dataset.batches(of: 6, shuffledBy: 1, augmentedBy: HorizontalFlip(probability: 0))
    #expect(content(plain) == content(idle))
  }

  @Test func resumesInTheMiddleOfAnEpoch() throws {
    let dataset = try randomImages([22, 1, 4, 4], classes: 3, seed: 1)
    func run(from start: BatchPosition) -> [(BatchPosition, [UInt32])] {
      (0..<3).flatMap { epoch in
        dataset.batches(
          of: 5, epoch: epoch, shuffledBy: 7, augmentedBy: augmentation, startingAt: start
        ).map { ($0.nextPosition, bits($0.inputs)) }
      }
    }
    let whole = run(from: BatchPosition())
    #expect(whole.count == 15)
    #expect(whole.last?.0 == BatchPosition(epoch: 3))
    for done in 1...15 {
      let saved = try JSONDecoder().decode(
        BatchPosition.self, from: JSONEncoder().encode(whole[done - 1].0))
      let rest = run(from: saved)
      #expect(rest.map(\.0) == whole.dropFirst(done).map(\.0))
      #expect(rest.map(\.1) == whole.dropFirst(done).map(\.1))
    }
    #expect(dataset.batches(of: 5, startingAt: BatchPosition(epoch: 0, batch: 99)).count == 0)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(BatchPosition.self, from: Data(#"{"epoch": 0, "batch": -1}"#.utf8))
    }
  }
}
