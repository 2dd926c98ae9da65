import Foundation

/// A row of a table as text.
public struct TableRow: Sendable, Hashable {
  /// A field for each column.
  public let fields: [String]

  /// The line of the file on which the row begins, from 1.
  public let line: Int
}

/// The rows of a file one after the other, for tables that do not fit in memory.
///
/// ```swift
/// var rows = try TableRows(contentsOf: file, format: .tsv(hasHeader: false))
/// while let row = try rows.next() {
///   learn(row.fields[0], label: row.fields[1])
/// }
/// ```
///
/// Only a block of the file and the row in work are in memory. This is a value: a copy reads on from the same place by itself, so that one
/// made before the first row goes through the file again. The file must not change meanwhile.
public struct TableRows: Sendable {
  /// The names of the columns.
  public let columns: [String]

  /// The file, for messages.
  let name: String

  private var parser: any RowParser

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - file: a regular file in UTF-8, not compressed.
  ///   - format: how it holds the table.
  ///   - columns: which columns are read, in this order; others are passed over. Default: all. Of JSON objects those are the keys of
  ///     the first, and a later object with another key is a fault.
  ///   - maximumRowBytes: what one row may have at most, which bounds memory. Default: 16 MiB.
  /// - Throws: ``DataError`` with the line if the file can't be read, begins against the rules, or lacks a column.
  public init(
    contentsOf file: URL, format: TableFormat = .csv(), columns: [String]? = nil,
    maximumRowBytes: Int = TableRows.defaultRowBytes
  ) throws {
    try self.init(
      ByteSource(contentsOf: file), format: format, columns: columns, maximumRowBytes: maximumRowBytes)
  }

  init(
    _ source: ByteSource, format: TableFormat, columns: [String]?,
    maximumRowBytes: Int = TableRows.defaultRowBytes
  ) throws(DataError) {
    name = source.name
    switch format.layout {
    case .separated(let delimiter, let quote, let hasHeader):
      let records = CSVParser(
        source, delimiter: delimiter, quote: quote, maximumBytes: maximumRowBytes)
      parser = try CSVRows(records, hasHeader: hasHeader, columns: columns, name: name)
    case .jsonLines:
      parser = try JSONRows(
        JSONLinesParser(source, maximumBytes: maximumRowBytes), columns: columns)
    }
    self.columns = parser.columns
  }

  /// The next row; `nil` at the end.
  ///
  /// - Throws: ``DataError`` with the line if it breaks the rules, or has more or fewer fields than there are columns. Nothing can be read after that.
  public mutating func next() throws(DataError) -> TableRow? {
    try parser.next()
  }

  /// The largest row that is accepted unless another bound is given: 16 MiB.
  public static let defaultRowBytes = 1 << 24
}

/// Where rows come from, one for each layout.
protocol RowParser: Sendable {
  var columns: [String] { get }
  mutating func next() throws(DataError) -> TableRow?
}

/// The rows of separated values, held against the header.
private struct CSVRows: RowParser {
  let columns: [String]
  private var records: CSVParser
  private let name: String
  private let width: Int

  /// The first record of a file without a header.
  private var first: TableRow?

  /// Which fields are read; `nil` for all.
  private let chosen: [Int]?

  init(_ records: CSVParser, hasHeader: Bool, columns: [String]?, name: String) throws(DataError) {
    var records = records
    let record = try records.next()
    let fields = record?.fields ?? []
    let names = hasHeader ? fields : fields.indices.map(String.init)
    try ColumnNames.requireUnique(names, file: name, line: record?.line ?? 1)
    chosen = try columns.map { columns throws(DataError) in
      try ColumnNames.indices(of: columns, in: names, file: name)
    }
    self.columns = columns ?? names
    self.records = records
    self.name = name
    width = names.count
    first = hasHeader ? nil : record
  }

  mutating func next() throws(DataError) -> TableRow? {
    var record = first
    first = nil
    if record == nil { record = try records.next() }
    guard let record else { return nil }
    guard record.fields.count == width else {
      throw DataError(
        .malformed, file: name, at: .line(record.line), "\(record.fields.count) fields for \(width) columns",
        advice: "Give every line the same number of fields, and check the delimiter")
    }
    guard let chosen else { return record }
    return TableRow(fields: chosen.map { record.fields[$0] }, line: record.line)
  }
}

/// The rows of JSON objects, for columns that are known from the beginning.
private struct JSONRows: RowParser {
  let columns: [String]
  private var objects: JSONLinesParser
  private let numbers: [String: Int]

  /// Whether keys that are no column are passed over.
  private let selects: Bool

  /// The object whose keys became the columns.
  private var first: JSONLinesParser.Object?

  init(_ objects: JSONLinesParser, columns: [String]?) throws(DataError) {
    self.objects = objects
    selects = columns != nil
    if columns == nil { first = try self.objects.next() }
    self.columns = columns ?? first?.members.map(\.name) ?? []
    try ColumnNames.requireUnique(self.columns, file: objects.name, line: nil)
    numbers = Dictionary(uniqueKeysWithValues: zip(self.columns, 0...))
  }

  mutating func next() throws(DataError) -> TableRow? {
    var object = first
    first = nil
    if object == nil { object = try objects.next() }
    guard let object else { return nil }
    var fields = [String](repeating: "", count: columns.count)
    for (name, value) in object.members {
      if let number = numbers[name] {
        fields[number] = try objects.text(of: value, named: name, line: object.line)
      } else if !selects {
        throw DataError(
          .malformed, file: objects.name, at: .line(object.line), "the first object has no key \"\(name)\"",
          advice: "Say with columns: which keys are read")
      }
    }
    return TableRow(fields: fields, line: object.line)
  }
}
