import GraftNN

// Folders of the transformers package: `from_pretrained` and `save_pretrained`.

extension GPT2LanguageModel: PublishedModel {
  /// The model of a folder.
  ///
  /// - Parameter folder: has `config.json` and weights.
  /// - Throws: `PretrainedFolderError`, `CheckpointError` or `TensorFileError` if the folder is of another model or a file is broken.
  public static func pretrained(
    _ folder: PretrainedFolder
  ) throws -> (model: GPT2LanguageModel, report: LoadReport) {
    try folder.load(
      mapping: { (_: GPT2Configuration) in [.gpt2, .dropping("score")] }, make: { GPT2LanguageModel($0) })
  }

  public var publishedConfiguration: GPT2Configuration { transformer.configuration }
  public var publishedMapping: KeyMapping { .turningGPT2 }
}

extension GPT2Classifier: PublishedModel {
  /// The model of a folder.
  ///
  /// - Parameters:
  ///   - folder: has `config.json` and weights.
  ///   - classes: the length of the output. Where it is not the file's number, the head is new, and the report says so. Default: as many as the
  ///     file names, else 2.
  ///   - seed: what a new head is drawn from.
  /// - Throws: `PretrainedFolderError`, `CheckpointError` or `TensorFileError` if the folder is of another model or a file is broken.
  public static func pretrained(
    _ folder: PretrainedFolder, classes: Int? = nil, seed: UInt64 = 0
  ) throws -> (model: GPT2Classifier, report: LoadReport) {
    try folder.load(
      mapping: { (_: GPT2Configuration) in [.gpt2, .dropping("lm_head")] },
      make: {
        GPT2Classifier($0, classes: classes ?? ($0.labels.isEmpty ? 2 : $0.labels.count), seed: seed)
      })
  }

  public var publishedConfiguration: GPT2Configuration {
    var configuration = transformer.configuration
    configuration.labels = LabelList.names(labels, for: head)
    return configuration
  }
  public var publishedMapping: KeyMapping { .turningGPT2 }
}
