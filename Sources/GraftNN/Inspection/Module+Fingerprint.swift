import GraftTensor

extension Module {
  /// What tells these weights from others: a number computed from the path, shape and bits of every parameter and buffer.
  ///
  /// Equal for a model saved and loaded again; different after any training step. Use it as the key of what was computed with
  /// these weights. Whether entries are frozen does not count. Reads every value once.
  public func fingerprint() -> Fingerprint {
    var result = Fingerprint()
    for entry in state {
      result.combine(entry.path)
      result.combine(entry.anyValue)
    }
    return result
  }
}
