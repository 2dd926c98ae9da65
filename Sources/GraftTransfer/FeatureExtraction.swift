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
  var parts: [Tensor<Float>] = []
  forEachPooledBatch(of: model, from: dataset, batchSize: batchSize, progress: progress) { parts.append($0) }
  return dataset.replacingInputs(with: Tensor.concatenated(parts, along: 0))
}

/// Calls `body`, in inference mode, with what the head sees of one batch after the other.
func forEachPooledBatch(
  of model: some TransferableModel, from dataset: LabeledDataset, batchSize: Int,
  progress: (_ done: Int, _ total: Int) -> Void, _ body: (Tensor<Float>) -> Void
) {
  require(!dataset.isEmpty, "extractFeatures: a data set without samples")
  var done = 0
  withoutRecording {
    for batch in dataset.batches(of: batchSize) {
      body(model.pooledFeatures(Variable(batch.inputs)).value)
      done += batch.count
      progress(done, dataset.count)
    }
  }
}
