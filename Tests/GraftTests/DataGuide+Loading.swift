import Foundation
import Graft

// The code of Documentation/Data.md on loading, so that it compiles.

private func train(on batch: LabeledBatch) {}

private func backgroundBatches(training: LabeledDataset, augmentation: any Augmentation, epoch: Int) {
  let batches = training.batches(of: 32, epoch: epoch, shuffledBy: 1, augmentedBy: augmentation)
  let passTime = ContinuousClock().measure {
    for batch in batches { train(on: batch) }
  }
  print(batches.waitingTime / passTime)  // the share of the time that the loop waited
}

private func sampledBatches(
  training: LabeledDataset, augmentation: any Augmentation, epoch: Int, sampler: ShuffledSampler
) {
  for batch in training.batches(of: 32, epoch: epoch, sampledBy: sampler, seed: 1, augmentedBy: augmentation)
  {
    train(on: batch)
  }
}

private struct Scans: SampleSource {
  let files: [URL]
  var count: Int { files.count }

  func sample(at index: Int) throws -> StoredSample {
    let pixels = try Tensor<UInt8>(npy: files[index])  // [channels, height, width]
    return StoredSample(image: pixels, label: index % 2)
  }
}

private func batchesOfFiles(source: Scans, augmentation: any Augmentation, epoch: Int) throws {
  let batches = source.batches(
    of: 32, epoch: epoch, shuffledBy: 1, augmentedBy: augmentation, normalizedBy: .imageNet)
  var iterator = batches.makeIterator()
  while let batch = try iterator.next() {
    train(on: batch)
  }
  for sample in batches.skipped { print(sample.index, sample.error) }
}

private func resumed(
  training: LabeledDataset, augmentation: any Augmentation, position: inout BatchPosition, epochs: Int
) {
  for epoch in position.epoch..<epochs {
    for batch in training.batches(
      of: 32, epoch: epoch, shuffledBy: 1, augmentedBy: augmentation, droppingLast: true, startingAt: position
    ) {
      train(on: batch)
      position = batch.nextPosition  // Codable: goes into the checkpoint
    }
  }
}

private func sharded(source: Scans, folder: URL, epoch: Int) throws {
  try source.mappingImages { $0.resized(to: ImageSize(side: 256)) }
    .writeShards(to: folder, of: 4096, classNames: ["benign", "malignant"])

  let shards = try ShardedDataset(contentsOf: folder)
  try shards.batches(of: 32, epoch: epoch, shuffledBy: 1, normalizedBy: .imageNet).forEachBatch {
    train(on: $0)
  }
}

private func streamed(table: URL, epoch: Int, position: BatchPosition) throws {
  let rows = ShuffleBuffer(try TableRows(contentsOf: table), size: 10_000, seed: 1, epoch: epoch)
  let batches = rows.batches(of: 32, epoch: epoch, startingAt: position, workers: 2) { rows in
    (texts: rows.map { $0.fields[0] }, labels: Tensor(rows.map { Int32($0.fields[1]) ?? 0 }))
  }
  try batches.forEachBatch { texts, labels in
    print(texts.count, labels.shape)
  }
}

private func prefetched(texts: [String]) throws {
  let lists = LengthBatches(texts.map(\.count), of: 32).sorted()
  let batches = Prefetched(count: lists.count, workers: 2) { number in
    lists[number].map { texts[$0].lowercased() }
  }
  try batches.forEachBatch { print($0.count) }
}
