import GraftNN

// Folders of the transformers package: `from_pretrained` and `save_pretrained`. What a file holds for another purpose, such as the
// head of masked language modelling in a checkpoint that becomes a classifier, is left out.

extension BERTClassifier: PublishedModel {
  /// The model of a folder, of BERT or DistilBERT.
  ///
  /// - Parameters:
  ///   - folder: has `config.json` and weights.
  ///   - classes: the length of the output. Where it is not the file's number, the head is new, and the report says so. Default: as many as the
  ///     file names, else 2.
  ///   - seed: what a new head is drawn from.
  /// - Throws: `PretrainedFolderError`, `CheckpointError` or `TensorFileError` if the folder is of another model or a file is broken.
  public static func pretrained(
    _ folder: PretrainedFolder, classes: Int? = nil, seed: UInt64 = 0
  ) throws -> (model: BERTClassifier, report: LoadReport) {
    try folder.load(
      mapping: { [$0.mapping, .dropping("cls")] }, allowing: .missing("bert.pooler"),
      make: { BERTClassifier($0, classes: classes ?? $0.classCount, seed: seed) })
  }

  public var publishedConfiguration: BERTConfiguration {
    var configuration = bert.configuration
    configuration.labels = LabelList.names(labels, for: head)
    return configuration
  }
  public var publishedMapping: KeyMapping { bert.configuration.savedMapping }
}

extension BERTTokenClassifier: PublishedModel {
  /// The model of a folder, of BERT or DistilBERT. See ``BERTClassifier/pretrained(_:classes:seed:)``.
  public static func pretrained(
    _ folder: PretrainedFolder, classes: Int? = nil, seed: UInt64 = 0
  ) throws -> (model: BERTTokenClassifier, report: LoadReport) {
    try folder.load(
      mapping: { [$0.mapping, .dropping("cls"), .dropping("bert.pooler")] },
      make: { BERTTokenClassifier($0, classes: classes ?? $0.classCount, seed: seed) })
  }

  public var publishedConfiguration: BERTConfiguration {
    var configuration = bert.configuration
    configuration.labels = LabelList.names(labels, for: head)
    return configuration
  }
  public var publishedMapping: KeyMapping { bert.configuration.savedMapping }
}

extension BERTMaskedLanguageModel: PublishedModel {
  /// The model of a folder, of BERT or DistilBERT. See ``BERTClassifier/pretrained(_:classes:seed:)``.
  public static func pretrained(
    _ folder: PretrainedFolder, seed: UInt64 = 0
  ) throws -> (model: BERTMaskedLanguageModel, report: LoadReport) {
    try folder.load(
      mapping: {
        [$0.mapping, .dropping("cls.seq_relationship"), .dropping("bert.pooler"), .dropping("classifier")]
      },
      make: { BERTMaskedLanguageModel($0, seed: seed) })
  }

  public var publishedConfiguration: BERTConfiguration { bert.configuration }
  public var publishedMapping: KeyMapping { bert.configuration.savedMapping }
}

extension SentenceEncoder: PublishedModel {
  /// The model of a folder, as sentence encoders are published. See ``BERTClassifier/pretrained(_:classes:seed:)``.
  public static func pretrained(
    _ folder: PretrainedFolder, normalizing: Bool = true, seed: UInt64 = 0
  ) throws -> (model: SentenceEncoder, report: LoadReport) {
    try folder.load(
      mapping: {
        let others: KeyMapping = [.dropping("cls"), .dropping("classifier")]
        return $0.family == .bert ? [$0.bareMapping, others] : [$0.bareMapping, others, .dropping("pooler")]
      },
      allowing: .missing("pooler"),
      make: { SentenceEncoder($0, normalizing: normalizing, seed: seed) })
  }

  public var publishedConfiguration: BERTConfiguration { bert.configuration }
  public var publishedMapping: KeyMapping {
    bert.configuration.family == .distilBERT ? .toBareDistilBERT : .identity
  }
}

extension BERTConfiguration {
  /// The family's files in the spelling of models that hold a BERT under `bert`.
  fileprivate var mapping: KeyMapping { family == .bert ? .bert : .distilBERT }

  /// The family's files in the spelling of a bare BERT.
  fileprivate var bareMapping: KeyMapping { family == .bert ? .bareBERT : .bareDistilBERT }

  /// Models that hold a BERT under `bert` in the spelling of the family's files.
  fileprivate var savedMapping: KeyMapping { family == .bert ? .identity : .toDistilBERT }

  /// How many classes the file names; 2, as in the transformers package, if it names none.
  fileprivate var classCount: Int { labels.isEmpty ? 2 : labels.count }
}
