import GraftAutograd
import GraftData
import GraftNN
import GraftTensor

/// A pretrained model that might be adapted, and the samples as it wants them; see ``rankPretrained(_:by:batchSize:progress:)``.
public struct PretrainedCandidate {
  /// What tables call it.
  public let name: String

  /// The classes of the samples, `[n]`.
  public let labels: Tensor<Int32>

  /// What scores are computed from.
  struct Outputs {
    /// `[n, features]`.
    let features: Tensor<Float>
    /// `[n, old classes]`.
    let sourceProbabilities: Tensor<Float>?
  }

  /// Runs the model, if that has not been done.
  let outputs: (_ batchSize: Int, _ progress: (_ done: Int, _ total: Int) -> Void) -> Outputs

  /// A model of images or tables.
  ///
  /// - Parameters:
  ///   - name: what tables call it.
  ///   - model: runs in inference mode, batch by batch. Feature maps are averaged over their positions for the scores.
  ///   - dataset: the samples, prepared as this model's weights expect; traps if there are none.
  ///   - sourceHead: the head that the model was pretrained with, which LEEP and NCE are computed from: `model.head` before it is
  ///     replaced. Default: none.
  public init(
    _ name: String, _ model: some TransferableModel, on dataset: LabeledDataset,
    sourceHead: (any Layer)? = nil
  ) {
    self.name = name
    labels = dataset.labels
    outputs = { batchSize, progress in
      var (features, probabilities): ([Tensor<Float>], [Tensor<Float>]) = ([], [])
      let pooledFeatures: (Variable) -> Variable = { model.pooledFeatures($0) }
      forEachOutput(for: dataset, batchSize: batchSize, progress: progress, of: pooledFeatures) { pooled in
        let positions = Array(2..<max(pooled.rank, 2))
        features.append(positions.isEmpty ? pooled : pooled.mean(along: positions))
        if let sourceHead { probabilities.append(sourceHead(pooled).value.softmax()) }
      }
      return Outputs(
        features: .concatenated(features, along: 0),
        sourceProbabilities: sourceHead == nil ? nil : .concatenated(probabilities, along: 0))
    }
  }

  /// A model of any kind, whose features you have computed: the sentences' vectors of a text model, for example.
  ///
  /// - Parameters:
  ///   - name: what tables call it.
  ///   - features: what a head would see, `[n, features]`.
  ///   - labels: the classes, `[n]`, from 0.
  ///   - sourceProbabilities: what the pretrained head makes of them, `[n, old classes]`, for LEEP and NCE. Default: none.
  public init(
    _ name: String, features: Tensor<Float>, labels: Tensor<Int32>,
    sourceProbabilities: Tensor<Float>? = nil
  ) {
    self.name = name
    self.labels = labels
    outputs = { _, _ in Outputs(features: features, sourceProbabilities: sourceProbabilities) }
  }
}
