import GraftTensor

extension SampleSource {
  /// The source in batches, for one epoch of training or for an evaluation.
  ///
  /// Background threads fetch the samples of a batch, augment and normalise them, while the loop works on earlier
  /// batches. Images stay bytes, in the size they come in, until the last step; what comes out of the augmentation has to be
  /// of one shape. Order and augmentation follow from the seed, the epoch and a sample's position alone, so the same arguments
  /// give the same bits on any number of threads.
  ///
  /// ```swift
  /// let batches = folder.batches(
  ///   of: 32, epoch: epoch, shuffledBy: 1, augmentedBy: RandomResizedCrop(side: 224), normalizedBy: .imageNet)
  /// var iterator = batches.makeIterator()
  /// while let batch = try iterator.next() {
  ///   train(on: batch.images, batch.labels)
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - size: How many samples a batch has; traps unless positive. The last one may have fewer, and so has one with
  ///     samples that were skipped.
  ///   - epoch: The number of the pass over the data, from 0: each has its own order and augmentation.
  ///   - seed: Shuffles; `nil` keeps the samples in order (and augments as if it were 0).
  ///   - augmentation: Varies each input, before it is normalised.
  ///   - normalization: Standardises inputs; those of bytes are divided by 255 anyway.
  ///   - droppingLast: Leaves out a last batch that isn't full.
  ///   - position: Leaves out the batches before this place in the run; see ``BatchPosition``.
  ///   - prefetch: How many batches may be ready or in work ahead of the loop, at least one for each worker. 0
  ///     prepares each when it is asked for, without a thread.
  ///   - workers: How many threads prepare batches, each one batch at a time. Default: half of the processors, at least
  ///     one; 0 is like a prefetch of 0.
  public func batches(
    of size: Int, epoch: Int = 0, shuffledBy seed: UInt64? = nil,
    augmentedBy augmentation: (any Augmentation)? = nil, normalizedBy normalization: Normalization? = nil,
    droppingLast: Bool = false, startingAt position: BatchPosition = BatchPosition(), prefetch: Int = 2,
    workers: Int? = nil
  ) -> SourceBatches {
    let plan = EpochPlan(
      sampleCount: count, size: size, epoch: epoch, sampler: EpochPlan.sampler(shufflingBy: seed),
      seed: seed ?? 0, droppingLast: droppingLast, startingAt: position)
    return SourceBatches(
      plan: plan, loader: BatchLoader(source: self, augmentation: augmentation, normalization: normalization),
      lookahead: Lookahead(prefetch, workers ?? Lookahead.decodingWorkers))
  }

  /// The source in batches, for one epoch in which a sampler says which samples come, and in which order.
  ///
  /// A sample that comes several times in an epoch is augmented differently each time. For the rest see
  /// ``batches(of:epoch:shuffledBy:augmentedBy:normalizedBy:droppingLast:startingAt:prefetch:workers:)``.
  ///
  /// - Parameters:
  ///   - sampler: Says which samples an epoch visits.
  ///   - seed: What augmentation follows from. Default: 0.
  public func batches(
    of size: Int, epoch: Int = 0, sampledBy sampler: some Sampler, seed: UInt64 = 0,
    augmentedBy augmentation: (any Augmentation)? = nil, normalizedBy normalization: Normalization? = nil,
    droppingLast: Bool = false, startingAt position: BatchPosition = BatchPosition(), prefetch: Int = 2,
    workers: Int? = nil
  ) -> SourceBatches {
    let plan = EpochPlan(
      sampleCount: count, size: size, epoch: epoch, sampler: sampler, seed: seed, droppingLast: droppingLast,
      startingAt: position)
    return SourceBatches(
      plan: plan, loader: BatchLoader(source: self, augmentation: augmentation, normalization: normalization),
      lookahead: Lookahead(prefetch, workers ?? Lookahead.decodingWorkers))
  }
}

/// The batches of one pass over a source whose samples can fail to come; see
/// ``SampleSource/batches(of:epoch:shuffledBy:augmentedBy:normalizedBy:droppingLast:startingAt:prefetch:workers:)``.
///
/// It can be gone through any number of times, always with the same result.
public struct SourceBatches: Sendable {
  private let loader: BatchLoader
  private let batches: Prefetched<LabeledBatch>

  /// How many batches there are to come. Those whose samples were all skipped are left out.
  public let count: Int

  fileprivate init(plan: EpochPlan, loader: BatchLoader, lookahead: Lookahead) {
    self.loader = loader
    count = plan.numbers.count
    batches = Prefetched(lookahead) {
      let order = plan.order()
      return { number in
        guard number < plan.numbers.count else { return nil }
        return { try loader.batch(order.selection(ofBatch: plan.numbers.lowerBound + number)) }
      }
    }
  }

  /// The samples that were left out so far because they could not be fetched, each once, by position.
  ///
  /// None unless the source skips broken samples.
  public var skipped: [SkippedSample] { loader.skipped.sorted }

  /// How long the loops over these batches have waited for one so far; see ``Batches/waitingTime``.
  public var waitingTime: Duration { batches.waitingTime }

  /// Starts a pass. An error ends it: `next()` throws it in its place, after the batches before it.
  public func makeIterator() -> Prefetched<LabeledBatch>.Iterator { batches.makeIterator() }

  /// Calls `body` with the batches of a pass, one after the other; what it throws ends the pass too.
  public func forEachBatch(_ body: (LabeledBatch) throws -> Void) throws {
    try batches.forEachBatch(body)
  }
}
