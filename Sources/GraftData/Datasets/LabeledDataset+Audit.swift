import GraftTensor

extension LabeledDataset {
  /// Looks for what data sets have in common that are used to learn from and to measure on.
  ///
  /// Inputs are compared as they are stored, images of bytes also by what they look like, and shares of classes.
  ///
  /// ```swift
  /// try LabeledDataset.audit(["training": training, "test": test]).check()
  /// ```
  ///
  /// - Parameters:
  ///   - parts: The data sets with names, the one to learn from first. They may have been read from different files.
  ///     Traps if there is none, or if their classes have different names.
  ///   - findingNearDuplicates: Whether images that look alike are a fault; see ``NearDuplicates``. Only images of bytes,
  ///     `[channels, height, width]`, are looked at.
  ///   - checks: What else to look at. Samples are numbered from part to part: the second part's begin after the last
  ///     of the first.
  public static func audit(
    _ parts: KeyValuePairs<String, LabeledDataset>, findingNearDuplicates: Bool = true,
    checks: [SplitCheck] = []
  ) -> SplitAudit {
    let datasets = parts.map(\.value)
    for (name, dataset) in parts {
      require(
        dataset.classNames == datasets[0].classNames,
        "audit: \(name) has classes \(dataset.classNames), \(parts[0].key) has \(datasets[0].classNames)")
    }
    var ownChecks: [SplitCheck] = [
      .duplicates(datasets.flatMap(\.contentKeys)), .classes(datasets.flatMap(\.classes)),
    ]
    if findingNearDuplicates {
      let fingerprints = datasets.map(\.fingerprints)
      if fingerprints.allSatisfy({ $0 != nil }) {
        ownChecks.append(.nearDuplicates(fingerprints.flatMap { $0 ?? [] }))
      }
    }
    var end = 0
    let positions = datasets.map { dataset in
      defer { end += dataset.count }
      return Array(end..<(end + dataset.count))
    }
    return SplitAudit(positions, names: parts.map(\.key), checks: ownChecks + checks)
  }

  /// What the images look like, if the inputs are images of bytes.
  private var fingerprints: [ImageFingerprint]? {
    guard case .bytes(let tensor) = storage, inputShape.rank == 3, inputShape.elementCount > 0 else {
      return nil
    }
    return positions.map { ImageFingerprint(tensor.select(Int($0))) }
  }
}
