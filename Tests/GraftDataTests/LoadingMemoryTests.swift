import GraftTensor
import Testing

@testable import GraftData

/// In a process of its own, whose pool no other test uses.
@Suite struct LoadingMemoryTests {
  @Test func memoryStaysFlatOverEpochs() async {
    await #expect(processExitsWith: .success) {
      let dataset = try LabeledDataset(
        images: Tensor<UInt8>(repeating: 1, shape: [32, 3, 64, 64]), labels: .zeros([32]))
      let augmentation = HorizontalFlip(probability: 1)
      let before = MemoryPool.shared.statistics.bytesInUse
      for epoch in 0..<20 {
        for batch in dataset.batches(
          of: 8, epoch: epoch, shuffledBy: 1, augmentedBy: augmentation, workers: 2)
        { _ = batch }
        let source = dataset.storedSamples
        try source.batches(of: 8, epoch: epoch, shuffledBy: 1, augmentedBy: augmentation, workers: 2)
          .forEachBatch { _ in }
        // An epoch that is left early holds nothing either.
        do {
          var early = source.batches(of: 8, epoch: epoch, augmentedBy: augmentation, workers: 2)
            .makeIterator()
          _ = try early.next()
        }
        // Threads first end what they are at.
        for _ in 0..<500 where MemoryPool.shared.statistics.bytesInUse != before {
          try await Task.sleep(for: .milliseconds(10))
        }
        let held = MemoryPool.shared.statistics.bytesInUse - before
        precondition(held == 0, "\(held) bytes are held after epoch \(epoch)")
      }
    }
  }
}
