import GraftTensor

/// A way to mix the samples of a batch, and their classes with them.
///
/// ```swift
/// let mixing = Mixup(alpha: 0.2)
/// for batch in training.batches(of: 32, epoch: epoch, shuffledBy: seed) {
///   let mixed = mixing(batch, classes: 10, using: &generator)
///   let loss = softmaxCrossEntropy(model(mixed.inputs), softTargets: mixed.targets)
/// }
/// ```
public protocol BatchMixing: Sendable {
  /// The mixed samples.
  ///
  /// - Parameters:
  ///   - inputs: the samples, `[n, …]`, as the network takes them.
  ///   - targets: the probability of each class for each sample, `[n, classes]`.
  func callAsFunction(
    _ inputs: Tensor<Float>, targets: Tensor<Float>, using generator: inout RandomGenerator
  ) -> MixedBatch
}

extension BatchMixing {
  /// The mixed samples of a batch. Traps if a label is none of `0..<classes`.
  public func callAsFunction(
    _ batch: LabeledBatch, classes: Int, using generator: inout RandomGenerator
  ) -> MixedBatch {
    self(batch.inputs, targets: Tensor(probabilitiesOf: batch.labels, classes: classes), using: &generator)
  }
}

/// Samples that were mixed, with the share of each class in them.
public struct MixedBatch: Sendable {
  /// The inputs, in the shape they had.
  public let inputs: Tensor<Float>
  /// The probability of each class for each sample, `[n, classes]`: soft targets for a cross entropy.
  public let targets: Tensor<Float>
  /// The same as ``inputs``, as in a ``LabeledBatch``.
  public var images: Tensor<Float> { inputs }

  /// Traps unless there is a row of targets for each input.
  public init(inputs: Tensor<Float>, targets: Tensor<Float>) {
    checkMixable(inputs, targets, operation: "MixedBatch")
    self.inputs = inputs
    self.targets = targets
  }
}

extension Tensor where Scalar == Float {
  /// Rows with a 1 at the class and 0 elsewhere, `[n, classes]` from `[n]`. Traps if a label is no class.
  init(probabilitiesOf labels: Tensor<Int32>, classes: Int) {
    require(labels.rank == 1, "the labels of a batch have shape \(labels.shape), not [n]")
    var rows = [Float](repeating: 0, count: labels.count * classes)
    for (row, label) in labels.scalars.enumerated() {
      require(label >= 0 && label < classes, "label \(label) is none of \(classes) classes")
      rows[row * classes + Int(label)] = 1
    }
    self.init(shape: [labels.count, classes], scalars: rows)
  }

  /// share · self + (1 − share) · other.
  func mixed(with other: Tensor, share: Float) -> Tensor {
    self * share + other * (1 - share)
  }
}

/// Traps unless there is a row of targets for each input.
func checkMixable(_ inputs: Tensor<Float>, _ targets: Tensor<Float>, operation: String) {
  require(
    inputs.rank > 0 && targets.rank == 2 && targets.shape[0] == inputs.shape[0],
    "\(operation): targets of shape \(targets.shape) do not belong to inputs of shape \(inputs.shape)")
}
