import GraftAutograd
import GraftData
import GraftNN
import GraftTensor

extension TransferableModel {
  /// What the head sees: `pooling(features(input))`, `[n, features]`.
  public func pooledFeatures(_ input: Variable) -> Variable { pooling(features(input)) }
}

/// Computes what the head sees for every sample of a data set, in inference mode.
///
/// The result is a data set of the same labels, so a head can be trained on it without the cost of the
/// backbone:
///
/// ```swift
/// let features = extractFeatures(of: model, from: training)
/// for batch in features.batches(of: 32, epoch: epoch, shuffledBy: seed) {
///   let (loss, gradients) = valueAndGradients { softmaxCrossEntropy(model.head(batch.inputs), batch.labels) }
///   optimizer.update(with: gradients)
/// }
/// ```
///
/// See ``FeatureCache`` for keeping them.
///
/// - Parameters:
///   - model: its features and pooling are applied, its head is not.
///   - dataset: the samples; traps if there are none.
///   - batchSize: samples in one forward pass.
///   - progress: called after each batch with the numbers of samples done and to do.
/// - Returns: the features `[n, features]` with the data set's labels, in its order.
public func extractFeatures(
  of model: some TransferableModel, from dataset: LabeledDataset, batchSize: Int = 64,
  progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
) -> LabeledDataset {
  dataset.replacingInputs(
    with: outputs(for: dataset, batchSize: batchSize, progress: progress) { model.pooledFeatures($0) })
}

/// Computes what a stage sees for every sample of a data set, in inference mode: ``extractFeatures(of:from:batchSize:progress:)`` for
/// a prefix of the stages.
///
/// - Parameters:
///   - model: its stages below `stage` are applied.
///   - stage: of `model.stages`; traps if there is none of that index. For the head, the last one, the result is the pooled features.
///   - dataset: the samples; traps if there are none.
///   - batchSize: samples in one forward pass.
///   - progress: called after each batch with the numbers of samples done and to do.
/// - Returns: what `stage` sees, `[n, ...]`, with the data set's labels, in its order.
public func extractActivations(
  of model: some StagewiseModel, upTo stage: Int, from dataset: LabeledDataset, batchSize: Int = 64,
  progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
) -> LabeledDataset {
  dataset.replacingInputs(
    with: outputs(for: dataset, batchSize: batchSize, progress: progress) {
      model.activations($0, upTo: stage)
    })
}

/// What `compute` makes of a data set's inputs, batch by batch, in inference mode.
func outputs(
  for dataset: LabeledDataset, batchSize: Int, progress: (_ done: Int, _ total: Int) -> Void,
  of compute: (Variable) -> Variable
) -> Tensor<Float> {
  var parts: [Tensor<Float>] = []
  forEachOutput(for: dataset, batchSize: batchSize, progress: progress, of: compute) { parts.append($0) }
  return .concatenated(parts, along: 0)
}

/// Calls `body`, in inference mode, with what `compute` makes of one batch after the other.
func forEachOutput(
  for dataset: LabeledDataset, batchSize: Int, progress: (_ done: Int, _ total: Int) -> Void,
  of compute: (Variable) -> Variable, _ body: (Tensor<Float>) -> Void
) {
  require(!dataset.isEmpty, "extractFeatures: a data set without samples")
  var done = 0
  withoutRecording {
    for batch in dataset.batches(of: batchSize) {
      body(compute(Variable(batch.inputs)).value)
      done += batch.count
      progress(done, dataset.count)
    }
  }
}
