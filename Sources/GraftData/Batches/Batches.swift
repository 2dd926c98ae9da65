import GraftTensor

extension LabeledDataset {
  /// The data set in batches, for one epoch of training or for an evaluation.
  ///
  /// The order depends on the seed and the epoch alone, and the augmentation of a sample on the seed, the epoch
  /// and its position in the data set. So the same arguments give the same bits, whatever is computed ahead.
  ///
  /// Batches are prepared by a background thread while the loop works on earlier ones; leaving the loop ends it.
  ///
  /// - Parameters:
  ///   - size: How many samples a batch has; traps unless positive. The last one may have fewer.
  ///   - epoch: The number of the pass over the data, from 0: each has its own order and augmentation.
  ///   - seed: Shuffles; `nil` keeps the samples in order (and augments as if it were 0).
  ///   - augmentation: Varies each input, before it is normalised.
  ///   - droppingLast: Leaves out a last batch that isn't full.
  ///   - position: Leaves out the batches before this place in the run; see ``BatchPosition``.
  ///   - prefetch: How many batches may be prepared ahead. 0 prepares each when it is asked for, without a thread.
  public func batches(
    of size: Int, epoch: Int = 0, shuffledBy seed: UInt64? = nil,
    augmentedBy augmentation: (any Augmentation)? = nil, droppingLast: Bool = false,
    startingAt position: BatchPosition = BatchPosition(), prefetch: Int = 2
  ) -> Batches {
    require(size > 0, "batches: a batch of \(size) samples")
    require(epoch >= 0, "batches: epoch \(epoch) is negative")
    require(prefetch >= 0, "batches: prefetch \(prefetch) is negative")
    let total = count / size + (count % size > 0 && !droppingLast ? 1 : 0)
    let first: Int
    switch position.epoch {
    case ..<epoch: first = 0
    case epoch: first = Swift.min(position.batch, total)
    default: first = total
    }
    return Batches(
      dataset: self, size: size, epoch: epoch, seed: seed, augmentation: augmentation,
      numbers: first..<total, total: total, prefetch: prefetch)
  }
}

/// The batches of one pass over a data set; see
/// ``LabeledDataset/batches(of:epoch:shuffledBy:augmentedBy:droppingLast:startingAt:prefetch:)``.
///
/// It can be gone through any number of times, always with the same result.
public struct Batches: Sequence, Sendable {
  let dataset: LabeledDataset
  let size: Int
  let epoch: Int
  let seed: UInt64?
  let augmentation: (any Augmentation)?
  let numbers: Range<Int>
  let total: Int
  let prefetch: Int

  /// How many batches there are to come.
  public var count: Int { numbers.count }

  public var underestimatedCount: Int { count }

  public func makeIterator() -> Iterator {
    let order = self.order()
    let first = numbers.lowerBound
    return Iterator(
      prefetcher: Prefetcher(count: count, depth: prefetch) { batch(first + $0, order: order) })
  }

  /// Hands out the batches one after the other.
  public struct Iterator: IteratorProtocol {
    let prefetcher: Prefetcher<LabeledBatch, Never>

    public mutating func next() -> LabeledBatch? { prefetcher.next() }
  }

  /// The samples in the order of this epoch.
  private func order() -> [Int] {
    guard let seed else { return Array(dataset.indices) }
    var generator = RandomGenerator(seed: seed, for: .shuffle, epoch: epoch)
    return generator.permutation(of: dataset.count)
  }

  private func batch(_ number: Int, order: [Int]) -> LabeledBatch {
    let start = number * size
    let indices = Array(order[start...].prefix(size))
    let isLast = number + 1 == total
    return LabeledBatch(
      inputs: inputs(at: indices), labels: Tensor(indices.map { dataset.classes[$0] }), indices: indices,
      nextPosition: BatchPosition(epoch: isLast ? epoch + 1 : epoch, batch: isLast ? 0 : number + 1))
  }

  /// Images of bytes stay bytes until they are normalised, unless a part of the augmentation needs numbers.
  private func inputs(at indices: [Int]) -> Tensor<Float> {
    guard let augmentation else { return dataset.inputs(at: indices) }
    let parts = (augmentation as? Compose)?.parts ?? [augmentation]
    let raw = dataset.storage.gathered(rows: dataset.rows(at: indices))
    let augmented = indices.enumerated().map { row, index in
      var generator = RandomGenerator(seed: seed ?? 0, for: .augmentation, epoch: epoch, sample: index)
      return AugmentedInput(raw, row: row).varied(by: parts, using: &generator)
    }
    return InputStorage(stacking: augmented).normalized(by: dataset.normalization)
  }
}
