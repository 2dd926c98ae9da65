import Foundation
import GraftTensor

/// The file beside a checkpoint in several files that says which tensor is in which.
struct ShardIndex {
  private let url: URL
  private let fileNames: [String: String]

  private struct Content: Decodable {
    let weightMap: [String: String]

    enum CodingKeys: String, CodingKey { case weightMap = "weight_map" }
  }

  /// Throws `CheckpointError.malformedIndex` unless the file is JSON with names of files that lie beside it.
  init(contentsOf url: URL) throws {
    self.url = url
    do {
      fileNames = try JSONDecoder().decode(Content.self, from: Data(contentsOf: url)).weightMap
    } catch {
      throw CheckpointError.malformedIndex(file: url.path, problem: "\(error)")
    }
    // Who writes an index must not be able to make us read any other file.
    for name in fileNames.values where !ShardIndex.isPlain(name) {
      throw CheckpointError.malformedIndex(
        file: url.path, problem: "it refers to \"\(name)\", which is not the name of a file beside it")
    }
  }

  private static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && !name.contains { $0 == "/" || $0 == "\\" || $0 == "\0" } && name != "." && name != ".."
  }

  /// The opened file for each tensor's name. Each file is opened once.
  func files() throws -> [String: SafetensorsFile] {
    var opened: [String: SafetensorsFile] = [:]
    var result: [String: SafetensorsFile] = [:]
    for (tensor, fileName) in fileNames.sorted(by: { $0.key < $1.key }) {
      let file =
        try opened[fileName]
        ?? SafetensorsFile(contentsOf: url.deletingLastPathComponent().appendingPathComponent(fileName))
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
