/// What tables require of the names of their columns.
enum ColumnNames {
  /// Throws if a name occurs twice.
  static func requireUnique(_ names: [String], file: String?, line: Int?) throws(DataError) {
    var seen: Set<String> = []
    guard let repeated = names.first(where: { !seen.insert($0).inserted }) else { return }
    throw DataError(
      .malformed, file: file, at: line.map { .line($0) },
      "column \"\(repeated)\" occurs \(names.count { $0 == repeated }) times",
      advice: "Name the columns differently")
  }

  /// The numbers of some columns.
  static func indices(of columns: [String], in names: [String], file: String?) throws(DataError) -> [Int] {
    let numbers = Dictionary(zip(names, 0...), uniquingKeysWith: { first, _ in first })
    var indices: [Int] = []
    for column in columns {
      guard let index = numbers[column] else {
        throw unknown(column, in: names, file: file)
      }
      indices.append(index)
    }
    return indices
  }

  /// The error for a column that does not exist.
  static func unknown(_ column: String, in names: [String], file: String?) -> DataError {
    let known = names.prefix(20).map { "\"\($0)\"" }.joined(separator: ", ")
    return DataError(
      .malformed, file: file, "there is no column \"\(column)\"",
      advice: "The columns are \(known)\(names.count > 20 ? ", …" : "")")
  }
}
