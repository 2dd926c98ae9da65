import GraftTensor

/// How often each class was taken for each other: rows are the true classes, columns the predicted ones.
///
/// Counts are whole numbers, so a matrix filled batch by batch equals one filled at once, and matrices of parts
/// add up. All scores of a classifier's decisions follow from it: ``accuracy``, precision, recall, F1.
///
/// ```swift
/// var matrix = ConfusionMatrix(classes: 3, names: ["cat", "dog", "owl"])
/// for batch in validation.batches(of: 64) {
///   matrix.add(predictions: model(batch.images).argmax(), labels: batch.labels)
/// }
/// print(matrix.accuracy, matrix.f1(.macro))
/// print(matrix)
/// ```
public struct ConfusionMatrix: Sendable, Hashable {
  /// The names of the classes, in the order of their numbers.
  public let classNames: [String]

  /// Row by row.
  private var counts: [Int]

  /// An empty matrix.
  ///
  /// - Parameters:
  ///   - classes: The number of classes; traps unless it is positive.
  ///   - names: A name for each class, by default its number. Traps if there are more or fewer than classes.
  public init(classes: Int, names: [String]? = nil) {
    require(classes > 0, "ConfusionMatrix: \(classes) classes; at least one is needed")
    let classNames = names ?? (0..<classes).map(String.init)
    require(
      classNames.count == classes, "ConfusionMatrix: \(classNames.count) names for \(classes) classes")
    self.classNames = classNames
    counts = Array(repeating: 0, count: classes * classes)
  }

  /// The number of classes.
  public var classCount: Int { classNames.count }

  /// The number of samples counted.
  public var sampleCount: Int { counts.reduce(0, +) }

  /// How many samples of class `actual` were predicted to be of class `predicted`.
  ///
  /// Traps if either is not a class.
  public func count(actual: Int, predicted: Int) -> Int {
    counts[index(actual: actual, predicted: predicted, operation: "ConfusionMatrix.count")]
  }

  /// The number of samples that truly are of a class.
  public func actualCount(of label: Int) -> Int {
    (0..<classCount).reduce(0) { $0 + count(actual: label, predicted: $1) }
  }

  /// The number of samples that were predicted to be of a class.
  public func predictedCount(of label: Int) -> Int {
    (0..<classCount).reduce(0) { $0 + count(actual: $1, predicted: label) }
  }

  /// Counts a batch of predicted classes against the true ones.
  ///
  /// Both have any shape, the same number of elements. Traps if the numbers differ, or at a value that is not a
  /// class.
  public mutating func add(predictions: Tensor<Int32>, labels: Tensor<Int32>) {
    require(
      predictions.count == labels.count,
      "ConfusionMatrix.add: predictions of shape \(predictions.shape) for labels of shape \(labels.shape)")
    for (predicted, actual) in zip(predictions.scalars, labels.scalars) {
      let cell = index(
        actual: Int(actual), predicted: Int(predicted), operation: "ConfusionMatrix.add")
      counts[cell] += 1
    }
  }

  /// Counts a batch of scores: the prediction of a row is its largest value, the first of several.
  ///
  /// - Parameters:
  ///   - scores: Logits or probabilities, shape `[samples, classes]`. Traps if its width is not the matrix's.
  ///   - labels: The true classes, shape `[samples]`.
  public mutating func add(scores: Tensor<Float>, labels: Tensor<Int32>) {
    require(
      scores.rank == 2 && scores.shape[1] == classCount,
      "ConfusionMatrix.add: scores of shape \(scores.shape) for \(classCount) classes")
    add(predictions: scores.argmax(along: 1), labels: labels)
  }

  /// Adds the counts of another matrix over the same classes.
  ///
  /// Traps if the classes differ.
  public static func += (matrix: inout ConfusionMatrix, other: ConfusionMatrix) {
    require(
      matrix.classNames == other.classNames,
      "ConfusionMatrix +=: classes \(matrix.classNames) and \(other.classNames)")
    for cell in matrix.counts.indices { matrix.counts[cell] += other.counts[cell] }
  }

  /// The counts as parts of a whole, a row for each true class.
  ///
  /// A part of nothing is 0, as in scikit-learn.
  public func normalized(by whole: Whole) -> [[Double]] {
    let predicted = (0..<classCount).map { predictedCount(of: $0) }
    return (0..<classCount).map { actual in
      let row = actualCount(of: actual)
      return (0..<classCount).map { column in
        let count = count(actual: actual, predicted: column)
        switch whole {
        case .actual: return ratio(count, row)
        case .predicted: return ratio(count, predicted[column])
        case .all: return ratio(count, sampleCount)
        }
      }
    }
  }

  /// What the cells of a matrix can be a part of.
  public enum Whole: String, Sendable, Hashable, Codable, CaseIterable {
    /// The samples of the true class: the diagonal holds the recalls.
    case actual
    /// The samples predicted to be of the class: the diagonal holds the precisions.
    case predicted
    /// All samples.
    case all
  }

  private func index(actual: Int, predicted: Int, operation: StaticString) -> Int {
    require(
      actual >= 0 && actual < classCount, "\(operation): label \(actual) is not one of \(classCount) classes")
    require(
      predicted >= 0 && predicted < classCount,
      "\(operation): prediction \(predicted) is not one of \(classCount) classes")
    return actual * classCount + predicted
  }
}

extension ConfusionMatrix: Codable {
  private enum CodingKeys: String, CodingKey { case classNames, counts }

  /// Reads a matrix; throws `DecodingError` unless it has a count that is not negative for each pair of classes.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    classNames = try values.decode([String].self, forKey: .classNames)
    counts = try values.decode([Int].self, forKey: .counts)
    let cells = classNames.count.multipliedReportingOverflow(by: classNames.count)
    guard !classNames.isEmpty, !cells.overflow, counts.count == cells.partialValue,
      counts.allSatisfy({ $0 >= 0 })
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .counts, in: values,
        debugDescription: "\(classNames.count) classes need a count of 0 or more for each pair of them")
    }
  }
}

extension ConfusionMatrix: CustomStringConvertible {
  /// A table with a row for each true class and a column for each predicted one.
  public var description: String {
    var table = TextTable(header: ["actual ↓ predicted →"] + classNames)
    for actual in 0..<classCount {
      table.add([classNames[actual]] + (0..<classCount).map { "\(count(actual: actual, predicted: $0))" })
    }
    return table.description
  }
}
