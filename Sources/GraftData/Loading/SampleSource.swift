import GraftTensor

/// Samples with a class each that are fetched one by one when they are needed: files, rows of a mapped array, records of
/// a store of your own.
///
/// ```swift
/// struct Scans: SampleSource {
///   let records: [Record]
///   var count: Int { records.count }
///   func sample(at index: Int) throws -> StoredSample {
///     StoredSample(image: try records[index].pixels(), label: records[index].diagnosis)
///   }
/// }
/// ```
///
/// Batches come from ``batches(of:epoch:shuffledBy:augmentedBy:normalizedBy:droppingLast:startingAt:prefetch:workers:)``.
public protocol SampleSource: Sendable {
  /// How many samples there are.
  var count: Int { get }

  /// Fetches a sample: the same whenever it is asked for. Called from several threads at once.
  ///
  /// - Throws: What keeps the sample from being had; for files, a ``DataError`` with the path.
  func sample(at index: Int) throws -> StoredSample

  /// Whether a sample that can't be fetched is left out of its batch and counted, instead of ending the pass with its error.
  /// Default: `false`.
  var skipsBrokenSamples: Bool { get }
}

extension SampleSource {
  public var skipsBrokenSamples: Bool { false }

  /// The samples at some positions, in that order: a part of a split.
  ///
  /// Traps at a position outside the source.
  public func subset(at indices: some Sequence<Int>) -> SampleSubset {
    SampleSubset(source: self, indices: Array(indices))
  }

  /// These samples with images that `transform` makes of theirs, each time anew: made smaller, say.
  ///
  /// It is done before augmentation, by the thread that fetches the sample. Only for images of bytes; traps for others.
  public func mappingImages(
    _ transform: @escaping @Sendable (Tensor<UInt8>) throws -> Tensor<UInt8>
  ) -> MappedImages {
    MappedImages(source: self, transform: transform)
  }
}

/// A sample as its source has it: not augmented, not scaled, not normalised.
public struct StoredSample: Sendable {
  /// The number of the class.
  public let label: Int

  let input: AugmentedInput

  init(input: AugmentedInput, label: Int) {
    self.input = input
    self.label = label
  }

  /// An image of bytes.
  ///
  /// - Parameters:
  ///   - image: Shape `[channels, height, width]`. Batches have numbers from 0 to 1.
  ///   - label: The number of the class.
  public init(image: Tensor<UInt8>, label: Int) {
    input = .bytes(image)
    self.label = label
  }

  /// An input of numbers, of any shape.
  public init(input: Tensor<Float>, label: Int) {
    self.input = .floats(input)
    self.label = label
  }

  /// The image, if it is one of bytes.
  public var image: Tensor<UInt8>? {
    if case .bytes(let image) = input { image } else { nil }
  }

  /// The input as numbers; those of an image of bytes are from 0 to 1.
  public var numbers: Tensor<Float> {
    switch input {
    case .bytes(let image): Tensor<Float>(pixels: image)
    case .floats(let numbers): numbers
    }
  }
}

/// Some samples of a source; see ``SampleSource/subset(at:)``.
public struct SampleSubset: SampleSource {
  let source: any SampleSource
  let indices: [Int]

  init(source: any SampleSource, indices: [Int]) {
    for index in indices {
      require(index >= 0 && index < source.count, "subset: sample \(index) is not one of \(source.count)")
    }
    self.source = source
    self.indices = indices
  }

  public var count: Int { indices.count }
  public var skipsBrokenSamples: Bool { source.skipsBrokenSamples }
  public func sample(at index: Int) throws -> StoredSample { try source.sample(at: indices[index]) }
}

/// Samples whose images are changed as they are fetched; see ``SampleSource/mappingImages(_:)``.
public struct MappedImages: SampleSource {
  let source: any SampleSource
  let transform: @Sendable (Tensor<UInt8>) throws -> Tensor<UInt8>

  public var count: Int { source.count }
  public var skipsBrokenSamples: Bool { source.skipsBrokenSamples }

  public func sample(at index: Int) throws -> StoredSample {
    let sample = try source.sample(at: index)
    guard let image = sample.image else {
      fatalError("mappingImages: sample \(index) is not an image of bytes")
    }
    return StoredSample(image: try transform(image), label: sample.label)
  }
}

extension LabeledDataset {
  /// The samples as the data set holds them, without its normalisation: to write them to shards, say.
  public var storedSamples: some SampleSource { StoredSamples(dataset: self) }
}

private struct StoredSamples: SampleSource {
  let dataset: LabeledDataset
  var count: Int { dataset.count }

  func sample(at index: Int) -> StoredSample {
    StoredSample(
      input: AugmentedInput(dataset.storage, row: Int(dataset.positions[index])),
      label: Int(dataset.classes[index]))
  }
}
