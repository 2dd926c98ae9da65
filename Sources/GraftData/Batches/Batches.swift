import GraftTensor

extension LabeledDataset {
  /// The data set in batches, for one epoch of training or for an evaluation.
  ///
  /// The order depends on the seed and the epoch alone, and the augmentation of a sample on the seed, the epoch
  /// and its position in the data set. So the same arguments give the same bits, whatever is computed ahead, and on
  /// however many threads.
  ///
  /// Batches are prepared by background threads while the loop works on earlier ones; leaving the loop ends them.
  ///
  /// - Parameters:
  ///   - size: How many samples a batch has; traps unless positive. The last one may have fewer.
  ///   - epoch: The number of the pass over the data, from 0: each has its own order and augmentation.
  ///   - seed: Shuffles; `nil` keeps the samples in order (and augments as if it were 0).
  ///   - augmentation: Varies each input, before it is normalised.
  ///   - droppingLast: Leaves out a last batch that isn't full.
  ///   - position: Leaves out the batches before this place in the run; see ``BatchPosition``.
  ///   - prefetch: How many batches may be ready or in work ahead of the loop, at least one for each worker. 0
  ///     prepares each when it is asked for, without a thread.
  ///   - workers: How many threads prepare batches, each one batch at a time. One is enough unless ``Batches/waitingTime``
  ///     says otherwise; 0 is like a prefetch of 0.
  public func batches(
    of size: Int, epoch: Int = 0, shuffledBy seed: UInt64? = nil,
    augmentedBy augmentation: (any Augmentation)? = nil, droppingLast: Bool = false,
    startingAt position: BatchPosition = BatchPosition(), prefetch: Int = 2, workers: Int = 1
  ) -> Batches {
    let plan = EpochPlan(
      sampleCount: count, size: size, epoch: epoch, sampler: EpochPlan.sampler(shufflingBy: seed),
      seed: seed ?? 0, droppingLast: droppingLast, startingAt: position)
    return Batches(
      dataset: self, plan: plan, augmentation: augmentation, lookahead: Lookahead(prefetch, workers))
  }

  /// The data set in batches, for one epoch in which a sampler says which samples come, and in which order.
  ///
  /// A sample that comes several times in an epoch is augmented differently each time. For the rest see
  /// ``batches(of:epoch:shuffledBy:augmentedBy:droppingLast:startingAt:prefetch:workers:)``.
  ///
  /// - Parameters:
  ///   - sampler: Says which samples an epoch visits.
  ///   - seed: What augmentation follows from. Default: 0.
  public func batches(
    of size: Int, epoch: Int = 0, sampledBy sampler: some Sampler, seed: UInt64 = 0,
    augmentedBy augmentation: (any Augmentation)? = nil, droppingLast: Bool = false,
    startingAt position: BatchPosition = BatchPosition(), prefetch: Int = 2, workers: Int = 1
  ) -> Batches {
    let plan = EpochPlan(
      sampleCount: count, size: size, epoch: epoch, sampler: sampler, seed: seed, droppingLast: droppingLast,
      startingAt: position)
    return Batches(
      dataset: self, plan: plan, augmentation: augmentation, lookahead: Lookahead(prefetch, workers))
  }
}

/// The batches of one pass over a data set; see
/// ``LabeledDataset/batches(of:epoch:shuffledBy:augmentedBy:droppingLast:startingAt:prefetch:workers:)``.
///
/// It can be gone through any number of times, always with the same result.
public struct Batches: Sequence, Sendable {
  let dataset: LabeledDataset
  let plan: EpochPlan
  let augmentation: (any Augmentation)?
  let lookahead: Lookahead
  private let clock = WaitingClock()

  init(
    dataset: LabeledDataset, plan: EpochPlan, augmentation: (any Augmentation)?, lookahead: Lookahead
  ) {
    self.dataset = dataset
    self.plan = plan
    self.augmentation = augmentation
    self.lookahead = lookahead
  }

  /// How many batches there are to come.
  public var count: Int { plan.numbers.count }

  public var underestimatedCount: Int { count }

  /// How long the loops over these batches have waited for one so far.
  ///
  /// If that is more than a few hundredths of the time a pass takes, more workers help, or simpler augmentation. Without
  /// a worker it is the time that preparing takes.
  ///
  /// ```swift
  /// let batches = training.batches(of: 32, epoch: epoch, shuffledBy: 1, augmentedBy: augmentation)
  /// let passTime = ContinuousClock().measure {
  ///   for batch in batches { train(on: batch) }
  /// }
  /// print(batches.waitingTime / passTime)                    // the share of the time spent waiting
  /// ```
  public var waitingTime: Duration { clock.total }

  public func makeIterator() -> Iterator {
    let order = plan.order()
    let first = plan.numbers.lowerBound
    return Iterator(
      prefetcher: Prefetcher(
        count: count, depth: lookahead.depth, workers: lookahead.workers, clock: clock
      ) { batch(order.selection(ofBatch: first + $0)) })
  }

  /// Hands out the batches one after the other.
  public struct Iterator: IteratorProtocol {
    let prefetcher: Prefetcher<LabeledBatch, Never>

    public mutating func next() -> LabeledBatch? { prefetcher.next() }
  }

  private func batch(_ selection: BatchSelection) -> LabeledBatch {
    LabeledBatch(
      inputs: inputs(selection), labels: Tensor(selection.indices.map { dataset.classes[$0] }),
      indices: selection.indices, nextPosition: selection.nextPosition)
  }

  private func inputs(_ selection: BatchSelection) -> Tensor<Float> {
    guard augmentation != nil else { return dataset.inputs(at: selection.indices) }
    let raw = dataset.storage.gathered(rows: dataset.rows(at: selection.indices))
    let augmented = selection.indices.indices.map { row in
      selection.varied(AugmentedInput(raw, row: row), at: row, by: augmentation)
    }
    return InputStorage(stacking: augmented).normalized(by: dataset.normalization)
  }
}
