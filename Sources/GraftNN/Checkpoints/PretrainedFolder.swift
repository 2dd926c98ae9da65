import Foundation
import GraftTensor

/// A folder as Hugging Face lays it out: weights in one file or several, `config.json`, the tokenizer's files.
///
/// ```swift
/// let folder = try PretrainedFolder(url)
/// let configuration = try folder.configuration(as: BERT.Configuration.self)
/// try model.load(folder.checkpoint())
/// ```
public struct PretrainedFolder: Sendable, Hashable {
  /// Where the folder is.
  public let url: URL

  /// The names that files of weights have, in the order in which they are looked for: safetensors before PyTorch's own
  /// format, one file before several.
  public static let weightNames = [
    "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json",
  ]

  /// The name of the model's configuration.
  public static let configurationName = "config.json"

  /// A folder that is there.
  ///
  /// Throws ``PretrainedFolderError/notAFolder(_:)`` if it is not.
  public init(_ url: URL) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), isFolder.boolValue else {
      throw PretrainedFolderError.notAFolder(url.path)
    }
    self.url = url
  }

  /// The first of the given files that the folder has.
  ///
  /// Throws ``PretrainedFolderError/missingFile(folder:lookedFor:found:)`` if it has none of them.
  public func file(_ names: String...) throws -> URL { try file(anyOf: names) }

  /// The weights, under the first of ``weightNames`` that is there. They are read when they are asked for.
  ///
  /// Throws ``PretrainedFolderError`` if there are none, and what ``Checkpoint/init(contentsOf:)`` throws.
  public func checkpoint() throws -> Checkpoint {
    try Checkpoint(contentsOf: file(anyOf: Self.weightNames))
  }

  /// The model's configuration, `config.json`, as a type that says which of its keys are wanted.
  ///
  /// Keys are those of the file, `hidden_size` for instance; those that the type has no property for are passed over. The
  /// text is checked before it is decoded: nested within bounds, no key twice.
  ///
  /// Throws ``PretrainedFolderError`` if there is no such file or a key is missing or of another type, and
  /// `TensorFileError` if the file can't be read or is no proper JSON.
  public func configuration<Configuration: Decodable>(as type: Configuration.Type) throws -> Configuration {
    let file = try file(Self.configurationName)
    do {
      return try JSONFile(contentsOf: file).decode(type)
    } catch let error as DecodingError {
      throw PretrainedFolderError.unsuitableConfiguration(file: file.path, problem: error.problem)
    }
  }

  private func file(anyOf names: [String]) throws -> URL {
    for name in names {
      let file = url.appendingPathComponent(name)
      if FileManager.default.fileExists(atPath: file.path) { return file }
    }
    let found = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    throw PretrainedFolderError.missingFile(folder: url.path, lookedFor: names, found: found.sorted())
  }
}

/// Why a folder of a pretrained model can't be used.
public enum PretrainedFolderError: GraftError, Hashable {
  /// There is no folder of this path.
  case notAFolder(String)
  /// The folder has none of the files that would do; what was looked for, and what is there.
  case missingFile(folder: String, lookedFor: [String], found: [String])
  /// The configuration lacks a key, or has a value of another type than the model needs.
  case unsuitableConfiguration(file: String, problem: String)

  /// What is wrong, where, and what to do about it.
  public var description: String {
    switch self {
    case .notAFolder(let path):
      return "\(path) is no folder. Give the folder that the model was downloaded to."
    case .missingFile(let folder, let lookedFor, let found):
      let shown = found.prefix(10).joined(separator: ", ") + (found.count > 10 ? " …" : "")
      return "\(folder) has no \(lookedFor.joined(separator: " or ")). "
        + (found.isEmpty ? "It is empty." : "There are: \(shown).") + " Download the rest of the model."
    case .unsuitableConfiguration(let file, let problem):
      return "\(file) does not describe this model: \(problem). It may belong to another architecture."
    }
  }
}

extension DecodingError {
  /// Which key, and what is wrong with it.
  fileprivate var problem: String {
    func path(_ keys: [any CodingKey]) -> String { keys.map(\.stringValue).joined(separator: ".") }
    switch self {
    case .keyNotFound(let key, let context): return "\(path(context.codingPath + [key])) is missing"
    case .valueNotFound(_, let context): return "\(path(context.codingPath)) has no value"
    case .typeMismatch(let type, let context): return "\(path(context.codingPath)) is no \(type)"
    case .dataCorrupted(let context):
      let cause = context.underlyingError.map { "\($0)" } ?? context.debugDescription
      return [path(context.codingPath), cause].filter { !$0.isEmpty }.joined(separator: ": ")
    @unknown default: return "\(self)"
    }
  }
}
