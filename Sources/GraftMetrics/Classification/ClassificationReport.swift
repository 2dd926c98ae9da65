/// Precision, recall, F1 and support of every class and their averages, printed as a table.
///
/// ```
///                   precision  recall     f1  support
/// ants                  0.912   0.861  0.886       36
/// bees                  0.906   0.941  0.923       51
///
/// accuracy                             0.908       87
/// macro average         0.909   0.901  0.904       87
/// weighted average      0.908   0.908  0.908       87
/// ```
///
/// It is `Codable`, for a record in JSON, and ``csv()`` gives it for a spreadsheet.
public struct ClassificationReport: Sendable, Hashable, Codable {
  /// The names of the classes, in the order of their numbers.
  public let classNames: [String]

  /// The scores of each class.
  public let classes: [ClassScores]

  /// The part of all samples whose class was predicted; where a sample has several labels, whose labels are all right.
  public let accuracy: Double

  /// The number of samples.
  public let sampleCount: Int

  /// The plain mean over the classes.
  public let macro: ClassScores

  /// The mean over the classes, each weighted by the number of its samples.
  public let weighted: ClassScores

  /// From the counts of all classes together. Where each sample has one class, all three scores are the accuracy.
  public let micro: ClassScores

  /// The mean over the samples, where a sample may have several labels; otherwise `nil`.
  public let samples: ClassScores?

  /// The report on the predictions counted in a matrix.
  public init(_ matrix: ConfusionMatrix) {
    classNames = matrix.classNames
    classes = (0..<matrix.classCount).map { matrix.scores(of: $0) }
    accuracy = matrix.accuracy
    sampleCount = matrix.sampleCount
    macro = matrix.scores(.macro)
    weighted = matrix.scores(.weighted)
    micro = matrix.scores(.micro)
    samples = nil
  }

  /// The report on samples that may have several labels.
  public init(_ scores: MultilabelScores) {
    classNames = scores.labelNames
    classes = (0..<scores.labelCount).map { scores.scores(of: $0) }
    accuracy = scores.subsetAccuracy
    sampleCount = scores.sampleCount
    macro = scores.scores(.macro)
    weighted = scores.scores(.weighted)
    micro = scores.scores(.micro)
    samples = scores.sampleScores
  }

  /// The averages that the table shows, by name.
  private var averages: [(name: String, scores: ClassScores)] {
    let means = [("macro average", macro), ("weighted average", weighted)]
    guard let samples else { return means }
    return [("micro average", micro)] + means + [("samples average", samples)]
  }

  private var accuracyName: String { samples == nil ? "accuracy" : "subset accuracy" }
}

extension ClassificationReport: CustomStringConvertible {
  /// The table with three decimals.
  public var description: String { table(decimals: 3) }

  /// The report as a table with a line for each class and each average.
  ///
  /// Where a sample may have several labels, the micro and the samples average have a line too.
  public func table(decimals: Int) -> String {
    var table = TextTable(header: ["", "precision", "recall", "f1", "support"])
    for (name, scores) in zip(classNames, classes) { table.add(name, scores, decimals: decimals) }
    table.add([])
    table.add([accuracyName, "", "", TextTable.number(accuracy, decimals: decimals), "\(sampleCount)"])
    for average in averages { table.add(average.name, average.scores, decimals: decimals) }
    return table.description
  }

  /// The lines of the table as comma-separated values (RFC 4180), numbers in full.
  public func csv() -> String {
    func row(_ name: String, _ scores: ClassScores) -> [String] {
      [name, "\(scores.precision)", "\(scores.recall)", "\(scores.f1)", "\(scores.support)"]
    }
    return commaSeparated(
      [["class", "precision", "recall", "f1", "support"]] + zip(classNames, classes).map(row)
        + [[accuracyName, "", "", "\(accuracy)", "\(sampleCount)"]] + averages.map(row))
  }
}

extension TextTable {
  /// Adds a line of precision, recall, F1 and support.
  mutating func add(_ name: String, _ scores: ClassScores, decimals: Int = 3) {
    add(
      [name] + [scores.precision, scores.recall, scores.f1].map { TextTable.number($0, decimals: decimals) }
        + ["\(scores.support)"])
  }
}
