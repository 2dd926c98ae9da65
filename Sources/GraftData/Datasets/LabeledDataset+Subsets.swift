import GraftTensor

extension LabeledDataset {
  /// The samples at some positions, in that order; the inputs are shared, not copied.
  ///
  /// Traps at a position outside the data set.
  public func subset(at indices: some Sequence<Int>) -> LabeledDataset {
    let kept = Array(indices)
    return LabeledDataset(
      storage: storage, positions: rows(at: kept).scalars, classes: kept.map { classes[$0] },
      classNames: classNames, normalization: normalization)
  }

  /// The samples of some classes, numbered anew in the order given: `selecting(classes: [5, 7])` makes 5 the new
  /// class 0 and 7 the new class 1.
  ///
  /// Traps if a class does not exist or is named twice.
  public func selecting(classes chosen: [Int]) -> LabeledDataset {
    var newLabels: [Int32: Int32] = [:]
    for (new, old) in chosen.enumerated() {
      require(
        old >= 0 && old < classCount && newLabels[Int32(old)] == nil,
        "selecting: \(chosen) are not different ones of \(classCount) classes")
      newLabels[Int32(old)] = Int32(new)
    }
    let kept = indices.filter { newLabels[classes[$0]] != nil }
    return LabeledDataset(
      storage: storage, positions: kept.map { positions[$0] },
      classes: kept.compactMap { newLabels[classes[$0]] }, classNames: chosen.map { classNames[$0] },
      normalization: normalization)
  }

  /// The same number of samples of every class, drawn at random: a task of learning from few examples.
  ///
  /// Samples keep their order. Traps if `count` is negative.
  /// - Throws: ``DataError`` if a class has fewer samples.
  public func fewShot(perClass count: Int, seed: UInt64) throws -> LabeledDataset {
    subset(at: try fewShotIndices(perClass: count, seed: seed))
  }

  /// The samples that ``fewShot(perClass:seed:)`` draws, and all others: to learn from, and to measure on.
  ///
  /// Traps if `count` is negative.
  /// - Throws: ``DataError`` if a class has fewer samples.
  public func fewShotSplit(
    perClass count: Int, seed: UInt64
  ) throws -> (drawn: LabeledDataset, rest: LabeledDataset) {
    let drawn = try fewShotIndices(perClass: count, seed: seed)
    let taken = Set(drawn)
    return (subset(at: drawn), subset(at: indices.filter { !taken.contains($0) }))
  }

  /// The positions of a few-shot draw, ascending.
  private func fewShotIndices(perClass count: Int, seed: UInt64) throws -> [Int] {
    try Splitter.fewShot(perClass: count, of: classes, classNames: classNames, seed: seed)
  }
}
