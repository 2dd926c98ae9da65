import Foundation

/// Lines of cells in aligned columns: the first two to the left, the others to the right. Columns without a cell are left out.
struct ReportLayout: CustomStringConvertible {
  private var rows: [[String]]

  init(header: [String]) {
    rows = [header]
  }

  /// Adds a line with a cell for each column.
  mutating func add(_ cells: [String]) { rows.append(cells) }

  var description: String {
    let used = rows[0].indices.filter { column in rows.dropFirst().contains { !$0[column].isEmpty } }
    let widths = used.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = zip(used, widths).map { column, width in
        let padding = String(repeating: " ", count: width - row[column].count)
        return column < 2 ? row[column] + padding : padding + row[column]
      }
      var line = cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }

  /// A number with four significant digits.
  static func number(_ value: Double) -> String { String(format: "%.4g", value) }

  /// A share in percent.
  static func percent(_ part: Int, of whole: Int) -> String {
    String(format: "%.1f %%", 100 * Double(part) / Double(max(whole, 1)))
  }

  /// A field short enough for a table.
  static func short(_ text: String, to length: Int = 24) -> String {
    let line = text.map { $0.isNewline ? " " : $0 }
    return line.count > length ? String(line.prefix(length - 1)) + "…" : String(line)
  }
}
