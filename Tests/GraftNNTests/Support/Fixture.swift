import Foundation
import GraftTensor
import Testing

@testable import GraftNN

/// Values that PyTorch computed, of one case in a file beside the tests: see the `make_*.py` of the same name.
struct Fixture {
  private let file: Checkpoint
  private let name: String

  init(_ fileName: String, case name: String) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    file = try Checkpoint(contentsOf: folder.appending(path: "Fixtures/\(fileName).safetensors"))
    self.name = name
  }

  func callAsFunction(_ key: String) throws -> Tensor<Float> {
    try file.tensor("\(name)|\(key)")
  }

  func integers(_ key: String) throws -> Tensor<Int32> {
    Tensor<Int32>(try file.tensor("\(name)|\(key)", as: Int64.self))
  }

  func has(_ key: String) -> Bool { file.entry("\(name)|\(key)") != nil }

  /// The tensors whose key begins with `group`, as a checkpoint of their own.
  func checkpoint(_ group: String) throws -> Checkpoint {
    let prefix = "\(name)|\(group)|"
    var tensors: [String: AnyTensor] = [:]
    for key in file.names where key.hasPrefix(prefix) {
      let isInteger = file.entry(key)?.elementType == .int64
      tensors[String(key.dropFirst(prefix.count))] =
        try isInteger
        ? AnyTensor(file.tensor(key, as: Int64.self)) : AnyTensor(file.tensor(key, as: Float.self))
    }
    return Checkpoint(tensors)
  }
}
