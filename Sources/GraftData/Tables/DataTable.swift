import Foundation
import GraftTensor

/// A table of text with named columns, from a file of comma- or tab-separated values or of JSON lines.
///
/// ```swift
/// let table = try DataTable(contentsOf: file)
/// let digits = try LabeledDataset(table, target: "target").reshapingInputs(to: [1, 8, 8])
/// ```
///
/// A field takes 16 bytes, and those of its text if it is longer than 15; for files that don't fit in memory there is ``TableRows``.
public struct DataTable: Sendable, Hashable {
  /// The names of the columns, from the file's first record; without a header "0", "1", …; of JSON lines the keys in the order in
  /// which they occur.
  public let columns: [String]

  /// The fields of each row, as many as there are columns.
  public let rows: [[String]]

  /// The line on which each row began in its file, from 1.
  let lines: [Int]

  /// The file, for messages.
  let name: String

  init(columns: [String], rows: [[String]], lines: [Int], name: String) {
    self.columns = columns
    self.rows = rows
    self.lines = lines
    self.name = name
  }

  /// A table made in a program; messages count its rows as lines, from 1.
  ///
  /// Traps unless the names of the columns differ and each row has a field for each.
  public init(columns: [String], rows: [[String]]) {
    require(Set(columns).count == columns.count, "DataTable: columns \(columns) have to differ")
    for row in rows {
      require(
        row.count == columns.count, "DataTable: a row of \(row.count) fields for \(columns.count) columns")
    }
    self.init(columns: columns, rows: rows, lines: rows.indices.map { $0 + 1 }, name: "table")
  }
}

extension DataTable {
  /// Reads a file, plain or compressed with gzip.
  ///
  /// - Parameters:
  ///   - file: a text in UTF-8.
  ///   - format: how it holds the table.
  ///   - columns: which columns are read, in this order. Default: all.
  ///   - maximumBytes: what is accepted at most, before and after decompression; by default 1 GiB.
  /// - Throws: ``DataError`` with the line if the file can't be read or breaks the rules.
  public init(
    contentsOf file: URL, format: TableFormat = .csv(), columns: [String]? = nil,
    maximumBytes: Int = 1 << 30
  ) throws {
    let bytes = try BoundedFile.readDecompressed(file, atMost: maximumBytes)
    try self.init(bytes: bytes, format: format, columns: columns, name: file.path)
  }

  /// Reads a text; see ``init(contentsOf:format:columns:maximumBytes:)``.
  ///
  /// - Throws: ``DataError`` with the line if the text breaks the rules.
  public init(text: String, format: TableFormat = .csv(), columns: [String]? = nil) throws {
    try self.init(bytes: Array(text.utf8), format: format, columns: columns, name: "text")
  }

  init(
    bytes: [UInt8], format: TableFormat, columns: [String]? = nil, name: String
  ) throws(DataError) {
    let source = ByteSource(bytes, name: name)
    if case .jsonLines = format.layout, columns == nil {
      self = try DataTable(jsonLines: source, byteCount: bytes.count)
      return
    }
    // What is in memory already needs no bound for each row.
    var reader = try TableRows(source, format: format, columns: columns, maximumRowBytes: bytes.count + 1)
    var rows: [[String]] = []
    var lines: [Int] = []
    while let row = try reader.next() {
      rows.append(row.fields)
      lines.append(row.line)
    }
    self.init(columns: reader.columns, rows: rows, lines: lines, name: name)
  }

  /// Reads objects whose keys may differ.
  private init(jsonLines source: ByteSource, byteCount: Int) throws(DataError) {
    var objects = JSONLinesParser(source, maximumBytes: byteCount + 1)
    var columns: [String] = []
    var numbers: [String: Int] = [:]
    var rows: [[String]] = []
    var lines: [Int] = []
    while let object = try objects.next() {
      var fields = [String](repeating: "", count: columns.count)
      for (name, value) in object.members {
        let text = try objects.text(of: value, named: name, line: object.line)
        if let number = numbers[name] {
          fields[number] = text
        } else {
          numbers[name] = columns.count
          columns.append(name)
          fields.append(text)
        }
      }
      rows.append(fields)
      lines.append(object.line)
      // A new key in every line would make a table as large as the square of the file.
      guard rows.count * columns.count <= DataTable.leastFieldsAccepted + 8 * byteCount else {
        throw DataError(
          .tooLarge, file: source.name, at: .line(object.line),
          "\(rows.count) objects have \(columns.count) different keys, most fields of the table would be empty",
          advice: "Say with columns: which keys are read")
      }
    }
    for row in rows.indices where rows[row].count < columns.count {
      rows[row] += repeatElement("", count: columns.count - rows[row].count)
    }
    self.init(columns: columns, rows: rows, lines: lines, name: source.name)
  }

  private static let leastFieldsAccepted = 1 << 20
}

extension DataTable {
  /// The rows at some positions, in that order.
  ///
  /// Traps at a position outside the table.
  public func subset(at indices: some Sequence<Int>) -> DataTable {
    let kept = Array(indices)
    for index in kept {
      require(rows.indices.contains(index), "DataTable: row \(index) is not one of \(rows.count)")
    }
    return DataTable(
      columns: columns, rows: kept.map { rows[$0] }, lines: kept.map { lines[$0] }, name: name)
  }

  /// The fields of one column.
  ///
  /// - Throws: ``DataError`` if there is no such column.
  public func strings(in column: String) throws -> [String] {
    let index = try index(of: column)
    return rows.map { $0[index] }
  }

  /// The fields of some columns as numbers, shape `[rows.count, columns.count]`.
  ///
  /// - Throws: ``DataError`` with line and column if a field is empty or not a finite number, or if there is no
  ///   such column.
  public func numbers(in columns: [String]) throws -> Tensor<Float> {
    let indices = try columns.map { try index(of: $0) }
    var values: [Float] = []
    values.reserveCapacity(rows.count * indices.count)
    for (row, fields) in rows.enumerated() {
      for index in indices {
        // Trimming costs more than reading the number, and is seldom needed.
        let field = fields[index]
        guard let value = Float(field) ?? Float(field.trimmingCharacters(in: .whitespaces)), value.isFinite
        else {
          let isEmpty = field.allSatisfy(\.isWhitespace)
          throw fault(
            inRow: row, column: index, isEmpty ? "is missing" : "is \"\(field)\", not a finite number",
            advice: "Fill in or remove the row, or leave out the column")
        }
        values.append(value)
      }
    }
    return Tensor(shape: [rows.count, indices.count], scalars: values)
  }

  func index(of column: String) throws(DataError) -> Int {
    guard let index = columns.firstIndex(of: column) else {
      throw ColumnNames.unknown(column, in: columns, file: name)
    }
    return index
  }

  func fault(inRow row: Int, column: Int, _ problem: String, advice: String) -> DataError {
    DataError(
      .malformed, file: name, at: .line(lines[row]), "column \"\(columns[column])\" \(problem)",
      advice: advice)
  }
}
