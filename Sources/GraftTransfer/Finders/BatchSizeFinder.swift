import GraftAutograd
import GraftData
import GraftNN
import GraftOptim
import GraftTensor

/// Finds the largest batch whose training step stays within a memory budget, by trying.
///
/// ```swift
/// let search = BatchSizeFinder(budget: 2 << 30).run(model, optimizer: optimizer, on: training) {
///   softmaxCrossEntropy(model($0.images), $0.labels)
/// }
/// print(search)
/// let batchSize = search.batchSize ?? 1
/// ```
///
/// What counts is the most that tensors hold at once, as the memory pool counts it (`MemoryPool.Statistics.peakBytesInUse`):
/// the model, the optimizer's memory, the data set, the batch and all that a step computes. The program itself and what the
/// pool keeps for later come on top. Freeze and thaw as you will train: what is frozen takes less.
///
/// The size is doubled until a batch does not fit, then the gap is halved, so that a search for up to n takes about 2·log₂ n trials of two
/// steps each. The growth seen so far keeps trials from going beyond the budget by more than about a quarter.
///
/// Nothing of this lasts. Parameters and buffers have their bits again afterwards and are frozen or not as they were, also if
/// a step throws; optimizer and generator are copies; what the pool kept of the larger trials goes back to the system.
public struct BatchSizeFinder: Sendable, Hashable {
  /// The most bytes that tensors may hold at once.
  public let budget: Int

  /// The largest size that is tried.
  public let limit: Int

  /// Sizes are multiples of this.
  public let multiple: Int

  /// A search for sizes that are multiples of `multiple`, up to `limit`.
  ///
  /// Traps unless the budget and the multiple are positive and the limit is at least the multiple.
  public init(budget: Int, upTo limit: Int = 1024, multipleOf multiple: Int = 1) {
    require(
      budget > 0 && multiple > 0 && limit >= multiple,
      "BatchSizeFinder: a budget of \(budget) bytes, multiples of \(multiple) up to \(limit)")
    self.budget = budget
    self.limit = limit
    self.multiple = multiple
  }

  /// Searches with steps of your own.
  ///
  /// - Parameters:
  ///   - model: what the steps train; restored afterwards.
  ///   - optimizer: a copy of it, which remembers nothing yet, is handed to the steps. One that has trained before is counted
  ///     with both memories, its own and the copy's.
  ///   - generator: a copy of it is handed to the first step of each trial, for dropout and the like.
  ///   - step: one whole step of training on a batch of the given size, the making of the batch included. If it throws, the
  ///     search is over and throws that.
  /// - Returns: the size, and what each trial took.
  public func run<Training: Optimizer>(
    _ model: some Module, optimizer: Training, generator: RandomGenerator = RandomGenerator(seed: 0),
    step: (_ batchSize: Int, inout Training, inout RandomGenerator) throws -> Void
  ) rethrows -> BatchSizeSearch {
    let pool = MemoryPool.shared
    let snapshot = ModelSnapshot(of: model)
    let cached = pool.statistics.bytesCached
    var training = optimizer
    training.memory = OptimizerMemory()
    defer {
      snapshot.restore()
      training.memory = OptimizerMemory()
      pool.trim(to: cached)
    }
    var bracket = BatchSizeBracket(budget: budget, units: limit / multiple)
    while let units = bracket.next {
      var generator = generator
      // The first step makes the optimizer's memory, the second one runs with it.
      let peak = try pool.peakBytesInUse {
        for _ in 0..<2 { try step(units * multiple, &training, &generator) }
      }
      bracket.add(units: units, peakBytes: peak)
    }
    let trials = bracket.trials.map {
      BatchSizeSearch.Trial(batchSize: $0.units * multiple, peakBytes: $0.peakBytes)
    }
    return BatchSizeSearch(budget: budget, limit: limit / multiple * multiple, trials: trials)
  }

  /// Searches with plain steps on the first samples of a data set: the gradient of a loss, then the optimizer's update.
  ///
  /// Beside the batch, the two that `batches(of:)` makes ahead are held and counted.
  ///
  /// - Parameters:
  ///   - model: what the loss depends on; restored afterwards.
  ///   - optimizer: a copy of it trains, which remembers nothing yet.
  ///   - dataset: no size above its number of samples is tried; traps if there are fewer than the smallest size.
  ///   - generator: a copy of it serves dropout and the like.
  ///   - loss: the loss of a batch, computed by `model`.
  /// - Returns: the size, and what each trial took.
  public func run(
    _ model: some Module, optimizer: some Optimizer, on dataset: LabeledDataset,
    generator: RandomGenerator = RandomGenerator(seed: 0), loss: (LabeledBatch) throws -> Variable
  ) rethrows -> BatchSizeSearch {
    let bounded = BatchSizeFinder(budget: budget, upTo: min(limit, dataset.count), multipleOf: multiple)
    return try bounded.run(model, optimizer: optimizer, generator: generator) { size, optimizer, generator in
      let batches = (0..<3).compactMap { _ in
        var iterator = dataset.batches(of: size, prefetch: 0).makeIterator()
        return iterator.next()
      }
      let (_, gradients) = try valueAndGradients(using: &generator) { try loss(batches[0]) }
      optimizer.update(with: gradients)
      withExtendedLifetime(batches) {}
    }
  }
}
