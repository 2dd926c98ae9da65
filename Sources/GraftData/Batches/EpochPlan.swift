import GraftTensor

/// How an epoch is divided into batches, and what its random numbers follow from.
struct EpochPlan: Sendable {
  /// How many samples the data set has.
  let sampleCount: Int
  /// How many of them a batch has.
  let size: Int
  let epoch: Int
  let sampler: any Sampler
  /// What augmentation follows from.
  let seed: UInt64
  /// How many batches the whole epoch has.
  let total: Int
  /// The numbers of those to come.
  let numbers: Range<Int>

  /// Traps unless the size is positive, and if the epoch is negative.
  init(
    sampleCount: Int, size: Int, epoch: Int, sampler: any Sampler, seed: UInt64, droppingLast: Bool,
    startingAt position: BatchPosition
  ) {
    require(size > 0, "batches: a batch of \(size) samples")
    require(epoch >= 0, "batches: epoch \(epoch) is negative")
    let length = sampler.length(of: sampleCount)
    self.sampleCount = sampleCount
    self.size = size
    self.epoch = epoch
    self.sampler = sampler
    self.seed = seed
    total = length / size + (length % size > 0 && !droppingLast ? 1 : 0)
    numbers = min(position.batches(doneOf: epoch) ?? total, total)..<total
  }

  /// Visits the samples in order, or shuffled if there is a seed.
  static func sampler(shufflingBy seed: UInt64?) -> any Sampler {
    if let seed { ShuffledSampler(seed: seed) } else { SequentialSampler() }
  }

  /// The order in which the epoch visits samples; traps if the sampler breaks its word.
  func order() -> EpochOrder {
    let indices = sampler.order(of: sampleCount, epoch: epoch)
    require(
      indices.count == sampler.length(of: sampleCount)
        && indices.allSatisfy { $0 >= 0 && $0 < sampleCount },
      "batches: \(sampler) gives \(indices.count) positions for \(sampleCount) samples, or some outside of them"
    )
    return EpochOrder(plan: self, indices: indices)
  }
}

extension BatchPosition {
  /// How many batches of an epoch come before this place; `nil` for all.
  func batches(doneOf epoch: Int) -> Int? {
    if epoch > self.epoch { 0 } else if epoch == self.epoch { batch } else { nil }
  }
}

/// The order in which an epoch visits samples.
struct EpochOrder: Sendable {
  private let plan: EpochPlan
  private let indices: [Int]
  /// How often each has been visited before; empty if none is visited twice.
  private let visits: [Int32]

  init(plan: EpochPlan, indices: [Int]) {
    self.plan = plan
    self.indices = indices
    var counts = [Int32](repeating: 0, count: plan.sampleCount)
    let visits = indices.map { index in
      defer { counts[index] += 1 }
      return counts[index]
    }
    self.visits = visits.allSatisfy { $0 == 0 } ? [] : visits
  }

  /// The samples of a batch.
  func selection(ofBatch number: Int) -> BatchSelection {
    let places = (number * plan.size)..<min(number * plan.size + plan.size, indices.count)
    let isLast = number + 1 == plan.total
    return BatchSelection(
      indices: Array(indices[places]), visits: visits.isEmpty ? [] : Array(visits[places]), plan: plan,
      nextPosition: BatchPosition(epoch: plan.epoch + (isLast ? 1 : 0), batch: isLast ? 0 : number + 1))
  }
}

/// The samples of one batch.
struct BatchSelection: Sendable {
  /// Their positions in the data set.
  let indices: [Int]
  /// How often each has been visited before in this epoch; empty if none has.
  fileprivate let visits: [Int32]
  fileprivate let plan: EpochPlan
  /// Where a run continues that has finished this batch.
  let nextPosition: BatchPosition

  /// A sample's input after an augmentation, whose random numbers follow from the seed, the epoch, the sample and
  /// how often it has been visited.
  func varied(_ input: AugmentedInput, at row: Int, by augmentation: (any Augmentation)?) -> AugmentedInput {
    guard let augmentation else { return input }
    var generator = RandomGenerator(
      seed: plan.seed, for: .augmentation, epoch: plan.epoch, sample: indices[row],
      visit: visits.isEmpty ? 0 : Int(visits[row]))
    // Images of bytes stay bytes, unless a part of a composition needs numbers.
    return input.varied(by: (augmentation as? Compose)?.parts ?? [augmentation], using: &generator)
  }
}
