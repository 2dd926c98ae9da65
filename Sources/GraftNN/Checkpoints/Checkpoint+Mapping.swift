import GraftTensor

extension Checkpoint {
  /// The tensors under the names and in the layout that a mapping gives them: for saving in the layout of another library.
  ///
  /// Reshaping, which needs a model to say the shape, is passed over. Throws ``CheckpointError`` if two tensors get one name, and
  /// `TensorFileError` if a file can't be read.
  public func mapped(by mapping: KeyMapping) throws -> Checkpoint {
    var tensors: [String: AnyTensor] = [:]
    var origins: [String: String] = [:]
    for name in names {
      guard let target = mapping.target(of: name) else { continue }
      if let other = origins[target.path] {
        throw CheckpointError.ambiguous(path: target.path, names: [other, name])
      }
      origins[target.path] = name
      if target.isTransposed, let shape = entry(name)?.shape, shape.rank >= 2 {
        tensors[target.path] = try AnyTensor(tensor(name, as: Float.self).transposed().owned())
      } else {
        tensors[target.path] = try anyTensor(name)
      }
    }
    return Checkpoint(tensors)
  }
}
