import Foundation
import GraftAutograd
import GraftNN
import GraftOptim
import GraftTensor

/// Finds a learning rate by trying all of them: the rate grows with each step, and the loss tells what it does.
///
/// Below a good rate the loss stays, at good ones it falls, above them it explodes (Smith: *Cyclical Learning Rates for Training
/// Neural Networks*, 2017). Rates grow by an equal factor from step to step, and losses are smoothed, as in fastai
/// (Howard, Gugger, 2020).
///
/// ```swift
/// let curve = LearningRateFinder().run(model, optimizer: optimizer, over: training.batches(of: 32, shuffledBy: seed)) {
///   softmaxCrossEntropy(model($0.images), $0.labels)
/// }
/// print(curve)                                               // valley 1.3e-3  steepest 2.1e-3 …
/// optimizer.learningRate = curve.valley ?? 1e-3
/// ```
///
/// Or with the steps of your own loop:
///
/// ```swift
/// var batches = training.batches(of: 32, shuffledBy: seed, augmentedBy: augmentation).makeIterator()
/// let curve = try LearningRateFinder().run(model, optimizer: optimizer, generator: randomness) { optimizer, randomness in
///   guard let batch = batches.next() else { return nil }
///   let (loss, gradients) = valueAndGradients(using: &randomness) { softmaxCrossEntropy(model(batch.images), batch.labels) }
///   try requireFinite(loss: loss, gradients: gradients, in: model)
///   optimizer.update(with: gradients.clipped(toNorm: 1))
///   return loss
/// }
/// ```
///
/// Nothing of this lasts. Parameters and buffers have their bits again afterwards and are frozen or not as they were, also if
/// a step throws; optimizer and generator are copies. The model's structure must stay what it is.
public struct LearningRateFinder: Sendable, Hashable {
  /// The first and the last rate.
  public let rates: ClosedRange<Float>

  /// How many rates are tried.
  public let steps: Int

  /// β, how much of the average loss a step keeps: the average is ā ← β·ā + (1 − β)·loss from 0, and the smoothed loss
  /// ā/(1 − βⁿ) after n steps.
  public let smoothing: Double

  /// The test ends when the smoothed loss is above the lowest one by more than `divergence` − 1 times the size of that: at
  /// more than `divergence` times the lowest if losses are positive.
  public let divergence: Double

  /// A test of 100 rates from 10⁻⁷ to 10 unless told otherwise.
  ///
  /// Traps unless the rates are positive and finite and the second is larger, there are at least two steps, the smoothing is from
  /// 0 to below 1, and the divergence is above 1.
  public init(
    from lowest: Float = 1e-7, to highest: Float = 10, steps: Int = 100, smoothing: Double = 0.98,
    divergence: Double = 4
  ) {
    require(
      lowest > 0 && highest > lowest && highest.isFinite,
      "LearningRateFinder: rates from \(lowest) to \(highest)")
    require(steps > 1, "LearningRateFinder: \(steps) steps")
    require(smoothing >= 0 && smoothing < 1, "LearningRateFinder: a smoothing of \(smoothing)")
    require(divergence > 1, "LearningRateFinder: a divergence of \(divergence)")
    rates = lowest...highest
    self.steps = steps
    self.smoothing = smoothing
    self.divergence = divergence
  }

  /// Runs the test with steps of your own.
  ///
  /// - Parameters:
  ///   - model: what the steps train; restored afterwards.
  ///   - optimizer: a copy of it, with what it remembers, is handed to each step at the rate to try. Rates of single parameters keep their
  ///     ratio to it.
  ///   - generator: a copy of it is handed to each step, for dropout and the like.
  ///   - step: one step of training with the optimizer and the generator that it gets; returns the loss from before the
  ///     update, or `nil` if there are no more batches, which ends the test. A loss that is not finite, or a `TrainingError` that the step
  ///     throws, ends it too, as a divergence. Any other error is thrown on.
  /// - Returns: the rates with the losses seen at them.
  public func run<Training: Optimizer>(
    _ model: some Module, optimizer: Training, generator: RandomGenerator = RandomGenerator(seed: 0),
    step: (inout Training, inout RandomGenerator) throws -> Float?
  ) rethrows -> LearningRateCurve {
    let snapshot = ModelSnapshot(of: model)
    defer { snapshot.restore() }
    var (optimizer, generator) = (optimizer, generator)
    var points: [LearningRateCurve.Point] = []
    var (smoothed, lowest) = (0.0, Double.infinity)
    for index in 0..<steps {
      let rate = rate(at: index)
      optimizer.learningRate = rate
      let loss: Float
      do {
        guard let value = try step(&optimizer, &generator) else {
          return LearningRateCurve(points: points, ending: .outOfBatches)
        }
        loss = value
      } catch is TrainingError {
        return LearningRateCurve(points: points, ending: .notFinite)
      }
      guard loss.isFinite else { return LearningRateCurve(points: points, ending: .notFinite) }
      // The average over 1 − βⁿ, told by the one before: where all losses are equal it has no rounding that could pass for a descent.
      smoothed += (Double(loss) - smoothed) * (1 - smoothing) / (1 - pow(smoothing, Double(index + 1)))
      points.append(LearningRateCurve.Point(rate: rate, loss: loss, smoothedLoss: smoothed))
      lowest = min(lowest, smoothed)
      if smoothed - lowest > (divergence - 1) * abs(lowest) {
        return LearningRateCurve(points: points, ending: .diverged)
      }
    }
    return LearningRateCurve(points: points, ending: .completed)
  }

  /// Runs the test with plain steps: the gradient of a loss, then the optimizer's update.
  ///
  /// - Parameters:
  ///   - model: what the loss depends on; restored afterwards.
  ///   - optimizer: a copy of it trains.
  ///   - batches: gone through again from the start when there are fewer than steps; traps if there are none.
  ///   - generator: a copy of it serves dropout and the like.
  ///   - loss: the loss of a batch, computed by `model`.
  /// - Returns: the rates with the losses seen at them.
  public func run<Batches: Sequence>(
    _ model: some Module, optimizer: some Optimizer, over batches: Batches,
    generator: RandomGenerator = RandomGenerator(seed: 0), loss: (Batches.Element) throws -> Variable
  ) rethrows -> LearningRateCurve {
    var iterator = batches.makeIterator()
    return try run(model, optimizer: optimizer, generator: generator) { optimizer, generator in
      var next = iterator.next()
      if next == nil {
        iterator = batches.makeIterator()
        next = iterator.next()
      }
      guard let batch = next else { fatalError("LearningRateFinder: there are no batches to learn from") }
      let (value, gradients) = try valueAndGradients(using: &generator) { try loss(batch) }
      if value.isFinite { optimizer.update(with: gradients) }
      return value
    }
  }

  /// The rate of a step: its logarithm goes in equal distances from the lowest to the highest.
  func rate(at step: Int) -> Float {
    let (low, high) = (Double(rates.lowerBound), Double(rates.upperBound))
    return Float(low * pow(high / low, Double(step) / Double(steps - 1)))
  }
}
