import Foundation

/// Lines of cells in aligned columns: the first to the left, the others to the right.
package struct TextTable: CustomStringConvertible {
  private var rows: [[String]]

  package init(header: [String]) {
    rows = [header]
  }

  /// Adds a line; one without cells leaves an empty line. Cells it has fewer than the header are empty.
  package mutating func add(_ cells: [String]) {
    rows.append(cells)
  }

  package var description: String {
    let widths = (rows.first ?? []).indices.map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + padding : padding + cell
      }
      return cells.joined(separator: "  ")
    }.joined(separator: "\n")
  }

  /// A number with a fixed count of decimals.
  package static func number(_ value: Double, decimals: Int = 3) -> String {
    String(format: "%.\(decimals)f", value)
  }
}
