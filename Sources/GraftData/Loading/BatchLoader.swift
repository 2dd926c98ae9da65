import GraftTensor

/// Makes batches of samples that it fetches from a source.
struct BatchLoader: Sendable {
  let source: any SampleSource
  let augmentation: (any Augmentation)?
  let normalization: Normalization?
  let skipped = SkippedSamples()

  /// The batch of some samples; `nil` if all of them are skipped.
  func batch(_ selection: BatchSelection) throws -> LabeledBatch? {
    var (inputs, labels, indices): ([AugmentedInput], [Int32], [Int]) = ([], [], [])
    for (row, index) in selection.indices.enumerated() {
      guard let sample = try sample(at: index) else { continue }
      let input = selection.varied(sample.input, at: row, by: augmentation)
      try check(input.shape, like: inputs.first?.shape, at: index)
      inputs.append(input)
      labels.append(try label(sample.label, at: index))
      indices.append(index)
    }
    guard !indices.isEmpty else { return nil }
    return LabeledBatch(
      inputs: InputStorage(stacking: inputs).normalized(by: normalization), labels: Tensor(labels),
      indices: indices, nextPosition: selection.nextPosition)
  }

  private func sample(at index: Int) throws -> StoredSample? {
    do {
      return try source.sample(at: index)
    } catch  where source.skipsBrokenSamples {
      skipped.add(index, error)
      return nil
    }
  }

  private func label(_ label: Int, at index: Int) throws -> Int32 {
    guard label >= 0, let number = Int32(exactly: label) else {
      throw DataError(
        .labelOutOfRange, at: .sample(index), "label \(label) is not a class",
        advice: "Classes are numbered from 0")
    }
    return number
  }

  private func check(_ shape: Shape, like first: Shape?, at index: Int) throws {
    if let first, shape != first {
      throw DataError(
        .shapeMismatch, at: .sample(index), "an input of shape \(shape) in a batch of \(first)",
        advice: "Bring inputs to one shape, images with an augmentation that crops or with mappingImages(_:)")
    }
    if let channels = normalization?.mean.count, channels != 1, channels != shape.first {
      throw DataError(
        .shapeMismatch, at: .sample(index),
        "an input of shape \(shape) for a normalisation of \(channels) channels",
        advice: "Check that images and normalisation belong together")
    }
  }
}

extension AugmentedInput {
  var shape: Shape {
    switch self {
    case .bytes(let tensor): tensor.shape
    case .floats(let tensor): tensor.shape
    }
  }
}
