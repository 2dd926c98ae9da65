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
public struct ClassificationReport: Sendable, Hashable {
  /// The names of the classes, in the order of their numbers.
  public let classNames: [String]

  /// The scores of each class.
  public let classes: [ClassScores]

  /// The part of all samples whose class was predicted.
  public let accuracy: Double

  /// The plain mean over the classes.
  public let macro: ClassScores

  /// The mean over the classes, each weighted by the number of its samples.
  public let weighted: ClassScores

  /// The report on the predictions counted in a matrix.
  public init(_ matrix: ConfusionMatrix) {
    classNames = matrix.classNames
    classes = (0..<matrix.classCount).map { matrix.scores(of: $0) }
    accuracy = matrix.accuracy
    macro = matrix.scores(.macro)
    weighted = matrix.scores(.weighted)
  }
}

extension ClassificationReport: CustomStringConvertible {
  public var description: String {
    var table = TextTable(header: ["", "precision", "recall", "f1", "support"])
    for (name, scores) in zip(classNames, classes) { table.add(name, scores) }
    table.add([])
    table.add(["accuracy", "", "", TextTable.number(accuracy), "\(macro.support)"])
    table.add("macro average", macro)
    table.add("weighted average", weighted)
    return table.description
  }
}

extension TextTable {
  /// Adds a line of precision, recall, F1 and support.
  mutating func add(_ name: String, _ scores: ClassScores) {
    add(
      [name] + [scores.precision, scores.recall, scores.f1].map { TextTable.number($0) }
        + ["\(scores.support)"])
  }
}
