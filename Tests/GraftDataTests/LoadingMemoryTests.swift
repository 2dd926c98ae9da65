import Foundation
import GraftTensor
import Testing

@testable import GraftData

@Suite struct LoadingMemoryTests {
  @Test func memoryStaysFlatOverEpochs() throws {
    // An epoch has 16 MiB of batches. If they stayed, 20 epochs would take 320 MiB.
    let dataset = try LabeledDataset(
      inputs: Tensor(repeating: 1, shape: [64, 65_536]), labels: .zeros([64]))
    func heldAfterEpoch(_ epoch: Int) throws -> Int {
      for batch in dataset.batches(of: 8, epoch: epoch, shuffledBy: 1, workers: 2) { _ = batch }
      try dataset.storedSamples.batches(of: 8, epoch: epoch, shuffledBy: 1, workers: 2).forEachBatch { _ in }
      // An epoch that is left early holds nothing either.
      var early = dataset.storedSamples.batches(of: 8, epoch: epoch, workers: 2).makeIterator()
      _ = try early.next()
      let statistics = MemoryPool.shared.statistics
      return statistics.bytesInUse + statistics.bytesCached
    }
    let first = try heldAfterEpoch(0)
    var last = 0
    for epoch in 1...20 { last = try heldAfterEpoch(epoch) }
    // Batches ready and in work when an epoch is left early are there for a moment: 2 MiB each. The rest is what
    // other tests may take meanwhile.
    #expect(last - first < 128 << 20)
  }
}
