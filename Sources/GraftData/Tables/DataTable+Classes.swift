import Foundation

extension DataTable {
  /// The classes in a column.
  ///
  /// - Parameters:
  ///   - target: the column.
  ///   - classNames: the fields that are classes 0, 1, … `nil`: those that occur, in order of number if they all are numbers, else of text.
  /// - Throws: ``DataError`` with the line if a field is missing or not a class.
  func classes(in target: String, named classNames: [String]?) throws -> (labels: [Int32], names: [String]) {
    let index = try index(of: target)
    let values = rows.map { $0[index].trimmingCharacters(in: .whitespaces) }
    if let row = values.firstIndex(of: "") {
      throw fault(inRow: row, column: index, "is missing", advice: "Remove rows without a class")
    }
    let names = classNames ?? DataTable.ordered(Set(values))
    let numbers = Dictionary(zip(names, Int32(0)...), uniquingKeysWith: { first, _ in first })
    let labels = try values.enumerated().map { row, value in
      guard let label = numbers[value] else {
        throw fault(
          inRow: row, column: index, "is \"\(value)\", which is not one of \(names.count) classes",
          advice: "Check that class names and table belong together")
      }
      return label
    }
    return (labels, names)
  }

  /// Names of classes or categories in the order of their numbers, or of their text unless all are numbers.
  static func ordered(_ names: Set<String>) -> [String] {
    let numbers = names.compactMap { name in Double(name).map { (number: $0, name: name) } }
    guard numbers.count == names.count, numbers.allSatisfy({ $0.number.isFinite }) else {
      return names.sorted()
    }
    return numbers.sorted { ($0.number, $0.name) < ($1.number, $1.name) }.map(\.name)
  }
}
