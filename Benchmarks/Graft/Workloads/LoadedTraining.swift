import Foundation
import Graft

/// A training step of ResNet-18 on images of 224 × 224 that a loader prepares meanwhile: how much of its time does training wait?
///
/// The loader cuts a random window from each image, resizes, mirrors and turns it, and normalises it. Images are 128 of
/// 256 × 256 in memory, or the files of the folder that the environment variable `GRAFT_BENCHMARK_IMAGES` names.
struct LoadedTraining: Workload {
  let batch: Int

  var name: String { "resnet18_loaded_b\(batch)" }

  func prepare() throws -> Prepared {
    let loop = Loop(images: try images(), batch: batch)
    return Prepared(waiting: { loop.waitingTime }, step: { loop.step() })
  }

  private func images() throws -> any SampleSource {
    if let path = ProcessInfo.processInfo.environment["GRAFT_BENCHMARK_IMAGES"] {
      return try ImageFolder(contentsOf: URL(filePath: path))
    }
    var generator = RandomGenerator(seed: 1)
    let pixels = Tensor<Float>.normal([128, 3, 256, 256], using: &generator) * 40 + 128
    return try LabeledDataset(
      images: Tensor<UInt8>(pixels.clamped(to: 0...255)), labels: cyclingLabels(128, classes: 10)
    ).storedSamples
  }

  /// Epoch after epoch, a batch at a time.
  private final class Loop {
    private let source: any SampleSource
    private let batch: Int
    private let model = ResNet(.resNet18, classes: 1000)
    private var optimizer = SGD(learningRate: 0.001, momentum: 0.9)
    private var epoch = 0
    private var batches: SourceBatches
    private var iterator: Prefetched<LabeledBatch>.Iterator
    private var earlierWaiting = Duration.zero

    init(images: any SampleSource, batch: Int) {
      source = images
      self.batch = batch
      batches = Loop.batches(of: source, batch, epoch: 0)
      iterator = batches.makeIterator()
    }

    /// How long ``step()`` has waited for batches.
    var waitingTime: Duration { earlierWaiting + batches.waitingTime }

    func step() {
      do {
        let batch = try nextBatch()
        model.train(on: batch.images, batch.labels, with: &optimizer)
      } catch {
        fatalError("resnet18_loaded: \(error)")
      }
    }

    private func nextBatch() throws -> LabeledBatch {
      while true {
        if let batch = try iterator.next() { return batch }
        epoch += 1
        earlierWaiting += batches.waitingTime
        batches = Loop.batches(of: source, batch, epoch: epoch)
        iterator = batches.makeIterator()
      }
    }

    private static func batches(of source: any SampleSource, _ size: Int, epoch: Int) -> SourceBatches {
      source.batches(
        of: size, epoch: epoch, shuffledBy: 1,
        augmentedBy: RandomResizedCrop(side: 224) + HorizontalFlip() + RandomRotation(degrees: -10...10),
        normalizedBy: .imageNet, droppingLast: true)
    }
  }
}
