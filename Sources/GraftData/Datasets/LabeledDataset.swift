import GraftTensor

/// Samples with a class each, held in memory: images, rows of a table, features that a network extracted.
///
/// The inputs are one tensor whose axis 0 counts samples: `[n, channels, height, width]` for images,
/// `[n, features]` for tables. A data set is a value and a collection of ``Sample``; subsets, splits and
/// selections of classes share the inputs with it, they only keep other positions.
///
/// ```swift
/// let all = try LabeledDataset(cifar10: [file]).normalized(by: .cifar10)
/// let parts = all.stratifiedSplit([0.8, 0.2], seed: 1)
/// for batch in parts[0].batches(of: 32, epoch: epoch, shuffledBy: 1) {
///   train(on: batch.images, batch.labels)
/// }
/// ```
///
/// Inputs of 8 bits come out as numbers from 0 to 1 (divided by 255), inputs in floating point as they are; then
/// the ``normalization`` applies, if there is one.
public struct LabeledDataset: Sendable {
  /// The names of the classes, in the order of their numbers.
  public let classNames: [String]

  /// How inputs are standardised as they come out.
  public private(set) var normalization: Normalization?

  /// The inputs of this data set and of those it shares them with.
  let storage: InputStorage

  /// Where each sample lies in the storage.
  let positions: [Int32]

  /// The class of each sample.
  let classes: [Int32]

  init(
    storage: InputStorage, positions: [Int32], classes: [Int32], classNames: [String],
    normalization: Normalization?
  ) {
    self.storage = storage
    self.positions = positions
    self.classes = classes
    self.classNames = classNames
    self.normalization = normalization
  }
}

extension LabeledDataset {
  /// A data set of 8-bit inputs: images as files hold them.
  ///
  /// - Parameters:
  ///   - images: Shape `[n, channels, height, width]`, or any other with the samples along axis 0.
  ///   - labels: The classes, shape `[n]`.
  ///   - classNames: A name for each class. By default the classes are numbered up to the largest label.
  /// - Throws: ``DataError`` if there is not one label for each image, or if a label is not a class.
  public init(images: Tensor<UInt8>, labels: Tensor<Int32>, classNames: [String]? = nil) throws {
    try self.init(storage: .bytes(images), labels: labels, classNames: classNames)
  }

  /// A data set of floating-point inputs: rows of a table, extracted features, images already scaled.
  ///
  /// - Parameters:
  ///   - inputs: Shape `[n, features]`, or any other with the samples along axis 0.
  ///   - labels: The classes, shape `[n]`.
  ///   - classNames: A name for each class. By default the classes are numbered up to the largest label.
  /// - Throws: ``DataError`` if there is not one label for each input, or if a label is not a class.
  public init(inputs: Tensor<Float>, labels: Tensor<Int32>, classNames: [String]? = nil) throws {
    try self.init(storage: .floats(inputs), labels: labels, classNames: classNames)
  }

  private init(storage: InputStorage, labels: Tensor<Int32>, classNames: [String]?) throws {
    let shape = storage.shape
    guard shape.rank > 0, labels.rank == 1, labels.count == shape[0] else {
      throw DataError(
        .countMismatch, "inputs of shape \(shape) do not fit labels of shape \(labels.shape)",
        advice: "There has to be one label for each position along axis 0 of the inputs")
    }
    let classes = labels.scalars
    let largest = Int(classes.max() ?? 0)
    let names = classNames ?? (0..<Swift.min(Swift.max(largest + 1, 1), mostClassesUnnamed)).map(String.init)
    if let sample = classes.firstIndex(where: { $0 < 0 || Int($0) >= names.count }) {
      throw DataError(
        .labelOutOfRange, at: .sample(sample),
        "label \(classes[sample]) is not one of \(names.count) classes",
        advice: "Classes are numbered from 0; check that class names and labels belong together")
    }
    self.init(
      storage: storage, positions: (0..<Int32(classes.count)).map { $0 }, classes: classes,
      classNames: names, normalization: nil)
  }
}

extension LabeledDataset {
  /// The number of classes, those without a sample included.
  public var classCount: Int { classNames.count }

  /// The shape of one input: `[channels, height, width]` for images.
  public var inputShape: Shape { Shape(storage.shape.dropFirst()) }

  /// The classes of all samples, shape `[n]`.
  public var labels: Tensor<Int32> { Tensor(classes) }

  /// The inputs of all samples as ``batches(of:epoch:shuffledBy:augmentedBy:droppingLast:startingAt:prefetch:workers:)``
  /// gives them, shape `[n] + inputShape`, all in memory at once.
  public var inputs: Tensor<Float> { inputs(at: Array(indices)) }

  /// The inputs of some samples, scaled and normalised, shape `[positions.count] + inputShape`.
  ///
  /// Traps if a position lies outside the data set.
  public func inputs(at indices: [Int]) -> Tensor<Float> {
    storage.prepared(rows: rows(at: indices), normalization)
  }

  /// The number of samples of each class.
  public var classFrequencies: [Int] {
    var counts = Array(repeating: 0, count: classCount)
    for label in classes { counts[Int(label)] += 1 }
    return counts
  }

  /// This data set with its inputs standardised as they come out; `nil` leaves them as they are.
  ///
  /// Traps if the normalisation has neither one channel nor as many as the inputs (their axis 0).
  public func normalized(by normalization: Normalization?) -> LabeledDataset {
    normalization?.check(inputShape)
    var result = self
    result.normalization = normalization
    return result
  }

  /// This data set with inputs of another shape: pixels in a table's columns become images.
  ///
  /// Traps if the number of elements differs, or if the normalisation does not fit the new shape.
  public func reshapingInputs(to shape: Shape) -> LabeledDataset {
    normalization?.check(shape)
    return LabeledDataset(
      storage: storage.reshaped(to: shape), positions: positions, classes: classes, classNames: classNames,
      normalization: normalization)
  }

  /// A data set of the same samples, labels and class names with other inputs: features that a network extracted.
  ///
  /// They come out as they are: the normalisation was for the old inputs. Traps unless `inputs` has a position along
  /// axis 0 for each sample.
  public func replacingInputs(with inputs: Tensor<Float>) -> LabeledDataset {
    require(
      inputs.rank > 0 && inputs.shape[0] == count,
      "replacingInputs: inputs of shape \(inputs.shape) for \(count) samples")
    return LabeledDataset(
      storage: .floats(inputs), positions: (0..<Int32(count)).map { $0 }, classes: classes,
      classNames: classNames, normalization: nil)
  }

  /// Where samples lie in the storage; traps at one that lies outside the data set.
  func rows(at indices: [Int]) -> Tensor<Int32> {
    Tensor(
      indices.map { index in
        require(
          index >= 0 && index < count, "LabeledDataset: sample \(index) is not one of \(count)")
        return positions[index]
      })
  }
}

/// A single label that is not a class at all must not make names for millions of classes.
private let mostClassesUnnamed = 1 << 20

/// An input with its class.
public struct Sample: Sendable {
  /// The input, scaled and normalised; for images of shape `[channels, height, width]`.
  public let input: Tensor<Float>

  /// The number of the class.
  public let label: Int
}

extension LabeledDataset: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { positions.count }

  /// One sample, as batches give it but not augmented.
  ///
  /// Traps if there is none at this position.
  public subscript(index: Int) -> Sample {
    Sample(input: inputs(at: [index]).squeezed(at: 0), label: Int(classes[index]))
  }
}

extension LabeledDataset: CustomStringConvertible {
  /// In short: `900 samples of shape [1, 28, 28], 10 classes`.
  public var description: String {
    "\(count) samples of shape \(inputShape), \(classCount) classes"
      + (normalization == nil ? "" : ", normalised")
  }
}
