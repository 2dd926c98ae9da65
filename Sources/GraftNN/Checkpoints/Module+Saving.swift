import Foundation
import GraftTensor

extension Module {
  /// Writes all parameters and buffers to a safetensors file that PyTorch's tools can load.
  ///
  /// The names are the entries' paths; what is shared is written once, under its first path. The file appears whole or not at
  /// all: it is written beside its place and then renamed.
  ///
  /// - Parameters:
  ///   - url: where to.
  ///   - metadata: texts that the file should carry. `format` is `pt` unless given.
  /// - Throws: `TensorFileError` if the file can't be written.
  public func save(to url: URL, metadata: [String: String] = [:]) throws {
    try checkpoint().write(to: url, metadata: metadata)
  }

  /// The present values of all parameters and buffers, to go back to or to compare with later.
  ///
  /// Costs no copy: values are shared until one side changes.
  ///
  /// ```swift
  /// let best = model.checkpoint()
  /// try model.load(best)
  /// ```
  public func checkpoint() -> Checkpoint {
    Checkpoint(Dictionary(uniqueKeysWithValues: state.map { ($0.path, $0.anyValue) }))
  }
}

extension Checkpoint {
  /// Writes the tensors to a safetensors file, whole or not at all.
  ///
  /// - Parameters:
  ///   - url: where to.
  ///   - metadata: texts that the file should carry. `format` is `pt`, as PyTorch's tools expect, unless given.
  /// - Throws: `TensorFileError` if the file can't be written.
  public func write(to url: URL, metadata: [String: String] = [:]) throws {
    let tensors = try names.map { try ($0, anyTensor($0)) }
    try SafetensorsFile.write(tensors, metadata: ["format": "pt"].merging(metadata) { $1 }, to: url)
  }
}
