import Foundation
import GraftTensor
import Testing

@testable import GraftData

/// Images of many sizes, some of which can't be fetched.
private struct Pictures: SampleSource {
  struct Broken: Error, Equatable { let index: Int }

  var count = 40
  var broken: Set<Int> = []
  var skipsBrokenSamples = false

  func sample(at index: Int) throws -> StoredSample {
    if broken.contains(index) { throw Broken(index: index) }
    let shape: Shape = [3, 8 + index * 3 % 5, 8 + index % 5]
    let pixels = (0..<shape.elementCount).map { UInt8(truncatingIfNeeded: $0 * (2 * index + 1) + $0 / 7) }
    return StoredSample(image: Tensor(shape: shape, scalars: pixels), label: index % 4)
  }
}

/// The samples of a data set under another name.
private struct Copies: SampleSource {
  let dataset: LabeledDataset
  var count: Int { dataset.count }
  func sample(at index: Int) -> StoredSample {
    guard case .bytes(let images) = dataset.storage else { fatalError("not bytes") }
    return StoredSample(image: images.select(index), label: dataset[index].label)
  }
}

/// A sampler that comes back to samples.
private struct Twice: Sampler {
  func order(of count: Int, epoch: Int) -> [Int] { (0..<2 * count).map { ($0 * 7 + epoch) % count } }
  func length(of count: Int) -> Int { 2 * count }
}

/// A window of 6×6 pixels from anywhere.
private struct Window: ImageAugmentation {
  func callAsFunction(_ image: Tensor<UInt8>, using generator: inout RandomGenerator) -> Tensor<UInt8> {
    let top = generator.integer(below: image.shape[1] - 5)
    let left = generator.integer(below: image.shape[2] - 5)
    return image.slice(top..<(top + 6), along: 1).slice(left..<(left + 6), along: 2)
  }
}

private let augmentation = Window() + HorizontalFlip()

/// Everything that a loop over batches can see.
private func content(_ batches: SourceBatches) throws -> [[UInt32]] {
  var result: [[UInt32]] = []
  try batches.forEachBatch { batch in
    result += [bits(batch.inputs), batch.labels.scalars.map(UInt32.init), batch.indices.map(UInt32.init)]
  }
  return result
}

@Suite struct SampleSourceTests {
  @Test func batchesAreThoseOfTheDataSet() throws {
    let dataset = try randomImages([30, 3, 8, 8], classes: 4, seed: 1)
    let source = Copies(dataset: dataset)
    let normalized = dataset.normalized(by: .cifar10)
    #expect(
      try content(
        source.batches(of: 8, epoch: 2, shuffledBy: 5, augmentedBy: augmentation, normalizedBy: .cifar10))
        == normalized.batches(of: 8, epoch: 2, shuffledBy: 5, augmentedBy: augmentation).flatMap {
          [bits($0.inputs), $0.labels.scalars.map(UInt32.init), $0.indices.map(UInt32.init)]
        })
    var plain: [Tensor<Float>] = []
    try source.batches(of: 7).forEachBatch { plain.append($0.inputs) }
    #expect(Tensor.concatenated(plain) == dataset.inputs)
  }

  @Test(arguments: [(2, 1), (2, 2), (1, 4), (8, 4), (0, 2)])
  func threadsChangeNothing(_ prefetch: Int, _ workers: Int) throws {
    func batches(_ prefetch: Int, _ workers: Int) -> SourceBatches {
      Pictures().batches(
        of: 6, epoch: 3, shuffledBy: 2, augmentedBy: augmentation, normalizedBy: .imageNet,
        prefetch: prefetch,
        workers: workers)
    }
    let here = try content(batches(2, 0))
    #expect(here.count == 3 * 7)
    let ahead = batches(prefetch, workers)
    #expect(try content(ahead) == here)
    #expect(try content(ahead) == here)
  }

  @Test func threadsChangeNothingInADataSet() throws {
    let dataset = try randomImages([40, 3, 8, 8], classes: 4, seed: 1).normalized(by: .cifar10)
    let runs = [0, 1, 2, 4].map { workers in
      dataset.batches(of: 6, epoch: 1, shuffledBy: 5, augmentedBy: augmentation, workers: workers)
        .map { bits($0.inputs) }
    }
    #expect(runs.allSatisfy { $0 == runs[0] })
  }

  @Test(arguments: [0, 1, 4])
  func errorsArriveInTheirPlace(_ workers: Int) throws {
    // In order, batches of 5: sample 12 is in the third, 17 in the fourth.
    let source = Pictures(broken: [12, 17])
    let batches = source.batches(of: 5, augmentedBy: augmentation, workers: workers)
    var iterator = batches.makeIterator()
    for number in 0..<2 {
      #expect(try iterator.next()?.indices == Array((5 * number)..<(5 * number + 5)))
    }
    #expect(throws: Pictures.Broken(index: 12)) { try iterator.next() }
    #expect(try iterator.next() == nil)
    #expect(batches.skipped.isEmpty)
  }

  @Test(arguments: [0, 1, 4])
  func brokenSamplesAreSkippedAndCounted(_ workers: Int) throws {
    // The third batch of 5 has nothing left.
    let source = Pictures(broken: [3, 10, 11, 12, 13, 14, 39], skipsBrokenSamples: true)
    let batches = source.batches(of: 5, augmentedBy: augmentation, workers: workers)
    var seen: [[Int]] = []
    try batches.forEachBatch { batch in
      #expect(batch.count == batch.inputs.shape[0] && batch.labels.count == batch.count)
      seen.append(batch.indices)
    }
    #expect(seen.map(\.count) == [4, 5, 5, 5, 5, 5, 4] && batches.count == 8)
    #expect(seen.flatMap(\.self) == (0..<40).filter { !source.broken.contains($0) })
    try batches.forEachBatch { _ in }
    #expect(batches.skipped.map(\.index) == source.broken.sorted())
    #expect(batches.skipped.allSatisfy { ($0.error as? Pictures.Broken) == Pictures.Broken(index: $0.index) })
    // A sample's augmentation does not depend on who else is skipped.
    var whole: [Int: [UInt32]] = [:]
    try Pictures().batches(of: 5, augmentedBy: augmentation).forEachBatch { batch in
      for (row, index) in batch.indices.enumerated() { whole[index] = bits(batch.inputs.select(row)) }
    }
    try batches.forEachBatch { batch in
      for (row, index) in batch.indices.enumerated() {
        #expect(bits(batch.inputs.select(row)) == whole[index])
      }
    }
  }

  @Test func inputsThatDoNotFitAreReported() throws {
    func kind(_ batches: SourceBatches) throws -> DataError.Kind? {
      do {
        try batches.forEachBatch { _ in }
      } catch let error as DataError {
        return error.kind
      }
      return nil
    }
    #expect(try kind(Pictures().batches(of: 20)) == .shapeMismatch)
    #expect(try kind(Pictures().batches(of: 1)) == nil)
    let twoChannels = Normalization(mean: [0, 1], standardDeviation: [1, 1])
    #expect(try kind(Pictures().batches(of: 1, normalizedBy: twoChannels)) == .shapeMismatch)
    struct Unlabeled: SampleSource {
      let count = 1
      func sample(at index: Int) -> StoredSample { StoredSample(input: Tensor([1, 2]), label: -1) }
    }
    #expect(try kind(Unlabeled().batches(of: 1)) == .labelOutOfRange)
  }

  @Test func leavingEarlyEndsTheThreads() async throws {
    final class Token: Sendable {}
    struct Held: SampleSource {
      let token: Token
      let count = 1000
      func sample(at index: Int) -> StoredSample { StoredSample(input: Tensor([Float(index)]), label: 0) }
    }
    weak var token: Token?
    do {
      let source = Held(token: Token())
      token = source.token
      var iterator = source.batches(of: 2, workers: 4).makeIterator()
      #expect(try iterator.next()?.indices == [0, 1])
    }
    for _ in 0..<500 where token != nil { try await Task.sleep(for: .milliseconds(10)) }
    #expect(token == nil)
  }

  @Test func subsetsAndMappedImages() throws {
    let subset = Pictures().subset(at: [9, 2, 5])
    #expect(try subset.count == 3 && subset.sample(at: 1).label == 2)
    let small = subset.mappingImages { $0.slice(0..<2, along: 1).slice(0..<3, along: 2) }
    var batches: [LabeledBatch] = []
    try small.batches(of: 3).forEachBatch { batches.append($0) }
    #expect(batches.map(\.inputs.shape) == [[3, 3, 2, 3]] && batches[0].labels.scalars == [1, 2, 1])
    let image = try #require(try Pictures().sample(at: 2).image)
    #expect(
      bits(batches[0].inputs.select(1))
        == bits(Tensor<Float>(image.slice(0..<2, along: 1).slice(0..<3, along: 2)) / 255))
  }
}

@Suite struct SampledBatchTests {
  @Test func samplersDecideTheOrder() throws {
    let dataset = try randomImages([20, 3, 8, 8], classes: 4, seed: 1)
    let shuffled = dataset.batches(
      of: 6, epoch: 2, sampledBy: .shuffled(seed: 5), seed: 5, augmentedBy: augmentation)
    let same = dataset.batches(of: 6, epoch: 2, shuffledBy: 5, augmentedBy: augmentation)
    #expect(shuffled.map { bits($0.inputs) } == same.map { bits($0.inputs) })
    let twice = dataset.batches(of: 6, epoch: 3, sampledBy: Twice(), droppingLast: true)
    #expect(twice.count == 6 && twice.flatMap(\.indices) == Array(Twice().order(of: 20, epoch: 3).prefix(36)))
    #expect(
      try content(Pictures(count: 20).batches(of: 40, sampledBy: Twice(), augmentedBy: augmentation))[2].count
        == 40)
  }

  @Test func repeatedSamplesAreAugmentedAnew() throws {
    let dataset = try randomImages([20, 3, 12, 12], classes: 4, seed: 1)
    var seen: [Int: [[UInt32]]] = [:]
    for batch in dataset.batches(of: 9, sampledBy: Twice(), augmentedBy: augmentation) {
      for (row, index) in batch.indices.enumerated() {
        seen[index, default: []].append(bits(batch.inputs.select(row)))
      }
    }
    #expect(seen.values.allSatisfy { $0.count == 2 })
    // Two windows are the same with probability 1/49 · 1/2: five of twenty happen once in 10⁶ times.
    #expect(seen.values.count { $0[0] == $0[1] } < 5)
  }

  @Test(arguments: [0, 2])
  func resumesInTheMiddleOfAnEpoch(_ workers: Int) throws {
    func run(from start: BatchPosition) throws -> [(BatchPosition, [UInt32])] {
      var result: [(BatchPosition, [UInt32])] = []
      for epoch in 0..<3 {
        try Pictures(count: 11).batches(
          of: 5, epoch: epoch, sampledBy: Twice(), seed: 7, augmentedBy: augmentation, startingAt: start,
          workers: workers
        ).forEachBatch { result.append(($0.nextPosition, bits($0.inputs))) }
      }
      return result
    }
    let whole = try run(from: BatchPosition())
    #expect(whole.count == 15 && whole.last?.0 == BatchPosition(epoch: 3))
    for done in 1...15 {
      let saved = try JSONDecoder().decode(
        BatchPosition.self, from: JSONEncoder().encode(whole[done - 1].0))
      let rest = try run(from: saved)
      #expect(rest.map(\.0) == whole.dropFirst(done).map(\.0))
      #expect(rest.map(\.1) == whole.dropFirst(done).map(\.1))
    }
  }
}
