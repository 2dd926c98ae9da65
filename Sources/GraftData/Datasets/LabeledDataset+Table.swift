import Foundation
import GraftTensor

extension LabeledDataset {
  /// The rows of a table: numbers in some columns, the class in another.
  ///
  /// - Parameters:
  ///   - table: A table with at least one row.
  ///   - target: The column of the classes.
  ///   - features: The columns of the inputs, by default all but the target.
  ///   - classNames: The values of the target that are classes 0, 1, … By default those that occur, in order of
  ///     number if they all are numbers, else of text. Pass the training set's for a table to be evaluated, which
  ///     may lack a class.
  /// - Throws: ``DataError`` with line and column if a field is missing, not a finite number, or not a class.
  public init(
    _ table: CSVTable, target: String, features: [String]? = nil, classNames: [String]? = nil
  ) throws {
    let targetIndex = try table.index(of: target)
    let values = try table.strings(in: target).map { $0.trimmingCharacters(in: .whitespaces) }
    if let row = values.firstIndex(of: "") {
      throw table.fault(
        inRow: row, column: targetIndex, "is missing", advice: "Remove rows without a class")
    }
    let names = classNames ?? LabeledDataset.ordered(Set(values))
    let numbers = Dictionary(zip(names, Int32(0)...), uniquingKeysWith: { first, _ in first })
    let labels = try values.enumerated().map { row, value in
      guard let label = numbers[value] else {
        throw table.fault(
          inRow: row, column: targetIndex, "is \"\(value)\", which is not one of \(names.count) classes",
          advice: "Check that class names and table belong together")
      }
      return label
    }
    let inputs = try table.numbers(in: features ?? table.columns.filter { $0 != target })
    try self.init(inputs: inputs, labels: Tensor(labels), classNames: names)
  }

  /// Class names in the order of their numbers.
  private static func ordered(_ names: Set<String>) -> [String] {
    let numbers = names.compactMap { name in Double(name).map { (number: $0, name: name) } }
    guard numbers.count == names.count, numbers.allSatisfy({ $0.number.isFinite }) else {
      return names.sorted()
    }
    return numbers.sorted { ($0.number, $0.name) < ($1.number, $1.name) }.map(\.name)
  }
}
