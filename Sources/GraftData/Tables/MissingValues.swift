import Foundation

/// Which fields of a table stand for a missing value.
///
/// ```swift
/// let zeroIsMissing = MissingValues(in: ["glucose": ["0"], "insulin": ["0"]])
/// ```
public struct MissingValues: Sendable, Hashable, Codable {
  /// What stands for a missing value in any column.
  public let markers: [String]

  /// What does so in single columns, besides.
  public let columnMarkers: [String: [String]]

  /// Markers are compared with fields without the white space about them; those that are numbers by value: "0" also marks "0.0".
  ///
  /// - Parameters:
  ///   - markers: for all columns; ``standardMarkers`` by default.
  ///   - columns: markers of single columns, by name.
  public init(_ markers: [String] = MissingValues.standardMarkers, in columns: [String: [String]] = [:]) {
    self.markers = markers
    columnMarkers = columns
  }

  /// What files mostly write: nothing, `NA`, `N/A`, `NaN`, `nan`, `null` and `?`.
  public static let standardMarkers = ["", "NA", "N/A", "NaN", "nan", "null", "?"]

  /// The standard markers for all columns.
  public static let standard = MissingValues()

  /// The fields of one column without white space about them; `nil` where a value is missing.
  func fields(ofColumn index: Int, in table: DataTable) -> [String?] {
    let markers = self.markers + (columnMarkers[table.columns[index]] ?? [])
    let (texts, numbers) = (Set(markers), Set(markers.compactMap(ColumnKind.number)))
    return table.rows.map { row in
      let field = MissingValues.trimmed(row[index])
      if texts.contains(field) { return nil }
      guard !numbers.isEmpty, let number = ColumnKind.number(field) else { return field }
      return numbers.contains(number) ? nil : field
    }
  }

  private static func trimmed(_ field: String) -> String {
    guard let first = field.first, let last = field.last, first.isWhitespace || last.isWhitespace else {
      return field
    }
    return field.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

extension DataTable {
  /// The rows in which no value is missing.
  ///
  /// - Parameters:
  ///   - columns: where a missing value matters. Default: everywhere.
  ///   - missing: what stands for one.
  /// - Throws: ``DataError`` if there is no such column.
  public func droppingRows(
    missingIn columns: [String]? = nil, markedBy missing: MissingValues = .standard
  ) throws -> DataTable {
    var isComplete = [Bool](repeating: true, count: rows.count)
    for column in try ColumnNames.indices(of: columns ?? self.columns, in: self.columns, file: name) {
      for (row, field) in missing.fields(ofColumn: column, in: self).enumerated() where field == nil {
        isComplete[row] = false
      }
    }
    return subset(at: rows.indices.filter { isComplete[$0] })
  }
}
