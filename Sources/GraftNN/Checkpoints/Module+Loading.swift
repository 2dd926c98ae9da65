import GraftTensor

extension Module {
  /// Takes over the values of a checkpoint: all of them, or, if anything is wrong, none.
  ///
  /// Everything is checked and read before the model changes. Each tensor must fit in name, shape and element type unless
  /// `tolerance` accepts the difference; entries concerned keep their value. Half-precision tensors are widened.
  /// Whether entries are trainable does not change. A missing `num_batches_tracked` is never an error, since older
  /// checkpoints have none.
  ///
  /// ```swift
  /// let report = try model.load(Checkpoint(contentsOf: url), allowing: .newHead)
  /// ```
  ///
  /// - Parameters:
  ///   - checkpoint: the values.
  ///   - mapping: how the checkpoint's names and layouts become the model's. Default: they are the same.
  ///   - tolerance: which differences are accepted. Default: none.
  /// - Returns: what matched and what did not.
  /// - Throws: ``CheckpointError`` with the whole report, `TensorFileError` if the file can't be read, or
  ///   ``SelectionError`` if a new head is allowed and the model does not say which part is its head.
  @discardableResult
  public func load(
    _ checkpoint: Checkpoint, mapping: KeyMapping = .identity, allowing tolerance: LoadTolerance = .none
  ) throws -> LoadReport {
    let plan = try LoadPlan(
      for: self, from: checkpoint, mapping: mapping, allowingNewHead: tolerance.acceptsNewHead)
    let (changes, report) = try plan.read(from: checkpoint)
    guard tolerance.accepts(report) else {
      throw CheckpointError.incompatible(
        checkpoint: checkpoint.origin, model: "\(type(of: self))", report: report)
    }
    for change in changes { change() }
    return report
  }
}
