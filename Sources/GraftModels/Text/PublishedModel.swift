import Foundation
import GraftNN
import GraftTensor

/// A model that the transformers package has too: it can be saved as a folder that the package loads.
///
/// ```swift
/// let (model, report) = try BERTClassifier.pretrained(PretrainedFolder(url), classes: 3)
/// …
/// try model.savePublished(to: adapted)   // from_pretrained(adapted) in Python
/// ```
///
/// The tokenizer's files are not the model's: copy them to the new folder.
public protocol PublishedModel: Module {
  /// What its `config.json` holds.
  associatedtype Configuration: Encodable

  /// The sizes, with the names of classes.
  var publishedConfiguration: Configuration { get }

  /// The model's names and layouts in those of the package's files.
  var publishedMapping: KeyMapping { get }
}

extension PublishedModel {
  /// Writes `config.json` and the weights as the transformers package loads them: see `Checkpoint.write(toFolder:)`.
  ///
  /// - Throws: `TensorFileError` if a file can't be written.
  public func savePublished(to folder: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let configuration = String(decoding: try encoder.encode(publishedConfiguration), as: UTF8.self)
    try checkpoint().mapped(by: publishedMapping).write(toFolder: folder, configuration: configuration + "\n")
  }
}

extension PretrainedFolder {
  /// Makes a model for the folder's configuration and loads the folder's weights into it.
  ///
  /// What is missing or differs in the head is new; everything else has to fit.
  ///
  /// Throws `PretrainedFolderError.unsuitableConfiguration` before it makes a model out of all proportion to the weights.
  func load<Configuration: PublishedConfiguration, Model: Module>(
    mapping: (Configuration) -> KeyMapping, allowing tolerance: LoadTolerance = .none,
    make: (Configuration) -> Model
  ) throws -> (model: Model, report: LoadReport) {
    let configuration = try configuration(as: Configuration.self)
    let checkpoint = try checkpoint()
    if let problem = configuration.disproportion(to: checkpoint) {
      throw PretrainedFolderError.unsuitableConfiguration(
        file: url.appendingPathComponent(Self.configurationName).path, problem: problem)
    }
    let model = make(configuration)
    let report = try model.load(
      checkpoint, mapping: mapping(configuration), allowing: [.newHead, tolerance])
    return (model, report)
  }
}
