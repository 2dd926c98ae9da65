import GraftAutograd
import GraftData
import GraftNN
import GraftTensor

/// What a frozen part of a model makes of a data set: by what name it is kept, and what it belongs to.
package struct FrozenOutputs {
  /// The kind of model, which part of it, its pooling if that belongs to it, and the inputs: what can be kept side by side.
  package let name: String

  /// A fingerprint of the part's parameters and buffers and of the model's settings: with others, what was kept under the name is stale.
  let weights: String

  /// The paths in the part that can learn.
  let trainablePaths: [String]

  package let dataset: LabeledDataset
  private let compute: (Variable) -> Variable

  /// What the head sees of every sample.
  package init(of model: some TransferableModel, from dataset: LabeledDataset) {
    var pooling = Fingerprint()
    for (path, module) in model.pooling.modules {
      pooling.combine("\(path): \(type(of: module)) \(reflectedSettings(of: module))")
    }
    self.init(
      of: model, part: "features-\(pooling)", from: dataset,
      entries: Selection.backbone.entries(in: model, operation: "FeatureCache.features")
    ) { model.pooledFeatures($0) }
  }

  /// What a stage above the first sees of every sample; of the head, the same as ``init(of:from:)``.
  package init(of model: some StagewiseModel, upTo stage: Int, from dataset: LabeledDataset) {
    let stages = model.stages
    require(
      (1..<stages.count).contains(stage),
      "FeatureCache.activations: no stage \(stage) above the first of \(stages.count)")
    guard stage < stages.count - 1 else {
      self.init(of: model, from: dataset)
      return
    }
    let part = stages[..<stage].dropFirst().reduce(stages[0].selection) { $0 || $1.selection }
    self.init(
      of: model, part: "stage\(stage)", from: dataset,
      entries: part.entries(in: model, operation: "FeatureCache.activations")
    ) { model.activations($0, upTo: stage) }
  }

  private init(
    of model: any Module, part: String, from dataset: LabeledDataset, entries: [StateEntry],
    compute: @escaping (Variable) -> Variable
  ) {
    name = "\(part)-\(type(of: model))-\(dataset.inputFingerprint)"
    var weights = Fingerprint()
    // What the model says of itself beside its layers, such as the normalisation that Inception begins with.
    weights.combine("\(reflectedSettings(of: model))")
    for entry in entries {
      weights.combine(entry.path)
      weights.combine(entry.anyValue)
    }
    self.weights = weights.description
    trainablePaths = entries.filter(\.isTrainable).map(\.path)
    self.dataset = dataset
    self.compute = compute
  }

  /// Runs the part over the data set.
  package func computed(batchSize: Int, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in })
    -> Tensor<Float>
  {
    outputs(for: dataset, batchSize: batchSize, progress: progress, of: compute)
  }
}

extension LabeledDataset {
  /// Of the inputs as the network sees them, so of their normalisation too. Labels don't matter.
  fileprivate var inputFingerprint: Fingerprint {
    var fingerprint = Fingerprint()
    for start in stride(from: 0, to: count, by: 64) {
      fingerprint.combine(inputs(at: Array(start..<Swift.min(start + 64, count))))
    }
    return fingerprint
  }
}
