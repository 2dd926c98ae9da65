import Foundation
import GraftTensor

/// The file beside a checkpoint in several files that says which tensor is in which.
struct ShardIndex {
  private let url: URL
  private let fileNames: [String: String]

  /// Throws `CheckpointError.malformedIndex` unless the file is JSON with names of files that lie beside it.
  init(contentsOf url: URL) throws {
    self.url = url
    var fileNames: [String: String]?
    do {
      try JSONFile(contentsOf: url).scan { try ShardIndex.read(&$0, into: &fileNames) }
    } catch let error as TensorFileError {
      throw CheckpointError.malformedIndex(file: url.path, problem: "it \(error.problem)")
    }
    guard let fileNames else {
      throw CheckpointError.malformedIndex(file: url.path, problem: "it has no weight_map")
    }
    self.fileNames = fileNames
    // Who writes an index must not be able to make us read any other file.
    for name in fileNames.values where !ShardIndex.isPlain(name) {
      throw CheckpointError.malformedIndex(
        file: url.path, problem: "it refers to \"\(name)\", which is not the name of a file beside it")
    }
  }

  /// Takes the weight map from the index; what else there is does not matter.
  private static func read(_ scanner: inout JSONScanner, into fileNames: inout [String: String]?) throws {
    try scanner.readObject { scanner, key in
      guard key == "weight_map" else { return try scanner.skipValue() }
      guard fileNames == nil else { throw scanner.fault("two weight maps") }
      var names: [String: String] = [:]
      try scanner.readObject { scanner, tensor in
        let name = try scanner.readString()
        guard names.updateValue(name, forKey: tensor) == nil else {
          throw scanner.fault("the tensor \(tensor) twice")
        }
      }
      fileNames = names
    }
  }

  /// Looks at bytes, as file systems do: to Swift a slash and an accent after it are one character, and not a slash.
  private static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && name != "." && name != ".."
      && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") || $0 == 0 }
  }

  /// The opened file for each tensor's name. Each file is opened once.
  func files() throws -> [String: WeightsFile] {
    var opened: [String: WeightsFile] = [:]
    var result: [String: WeightsFile] = [:]
    for (tensor, fileName) in fileNames.sorted(by: { $0.key < $1.key }) {
      let file =
        try opened[fileName]
        ?? WeightsFile(contentsOf: url.deletingLastPathComponent().appendingPathComponent(fileName))
      opened[fileName] = file
      guard file.entry(tensor) != nil else {
        throw CheckpointError.malformedIndex(
          file: url.path, problem: "it says that \(tensor) is in \(fileName), which has no such tensor")
      }
      result[tensor] = file
    }
    return result
  }
}
