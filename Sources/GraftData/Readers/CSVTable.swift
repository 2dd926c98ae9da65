import Foundation
import GraftTensor

/// A table of text with named columns, from a file of comma-separated values.
///
/// ```swift
/// let table = try CSVTable(contentsOf: file)
/// let digits = try LabeledDataset(table, target: "target").reshapingInputs(to: [1, 8, 8])
/// ```
public struct CSVTable: Sendable, Hashable {
  /// The names of the columns, from the file's first record; without a header "0", "1", …
  public let columns: [String]

  /// The fields of each row.
  public let rows: [[String]]

  private let lines: [Int]
  private let name: String

  /// Reads a file, plain or compressed with gzip.
  ///
  /// Fields may be quoted as in RFC 4180, and then hold delimiters, line ends and (doubled) quotes. Lines may end
  /// with CR LF, LF or CR; empty lines and a byte-order mark are skipped.
  ///
  /// - Parameters:
  ///   - file: A text in UTF-8.
  ///   - hasHeader: Whether the first record names the columns.
  ///   - delimiter: What stands between fields, "\t" for tab-separated values. Traps unless it is ASCII.
  ///   - quote: What encloses fields; `nil` if quotes have no meaning in the file. Traps unless it is ASCII.
  ///   - maximumBytes: What is accepted at most, before and after decompression; by default 1 GiB.
  /// - Throws: ``DataError`` with the line if the file can't be read or breaks the rules.
  public init(
    contentsOf file: URL, hasHeader: Bool = true, delimiter: Character = ",", quote: Character? = "\"",
    maximumBytes: Int = 1 << 30
  ) throws {
    let bytes = try BoundedFile.readDecompressed(file, atMost: maximumBytes)
    try self.init(bytes: bytes, hasHeader: hasHeader, delimiter: delimiter, quote: quote, name: file.path)
  }

  /// Reads a text; see ``init(contentsOf:hasHeader:delimiter:quote:maximumBytes:)``.
  ///
  /// - Throws: ``DataError`` with the line if the text breaks the rules.
  public init(
    text: String, hasHeader: Bool = true, delimiter: Character = ",", quote: Character? = "\""
  ) throws {
    try self.init(
      bytes: Array(text.utf8), hasHeader: hasHeader, delimiter: delimiter, quote: quote, name: nil)
  }

  init(
    bytes: [UInt8], hasHeader: Bool, delimiter: Character, quote: Character?, name: String?
  ) throws(DataError) {
    guard let delimiterByte = delimiter.asciiValue, quote == nil || quote?.asciiValue != nil else {
      fatalError("CSVTable: delimiter and quote have to be ASCII characters")
    }
    let name = name ?? "text"
    var parser = try CSVParser(bytes, delimiter: delimiterByte, quote: quote?.asciiValue, name: name)
    var columns: [String]?
    var rows: [[String]] = []
    var lines: [Int] = []
    while let (line, fields) = try parser.next() {
      guard let names = columns else {
        columns = hasHeader ? fields : fields.indices.map(String.init)
        if !hasHeader {
          rows.append(fields)
          lines.append(line)
        }
        continue
      }
      guard fields.count == names.count else {
        throw DataError(
          .malformed, file: name, at: .line(line), "\(fields.count) fields for \(names.count) columns",
          advice: "Give every line the same number of fields, and check the delimiter")
      }
      rows.append(fields)
      lines.append(line)
    }
    self.columns = columns ?? []
    self.rows = rows
    self.lines = lines
    self.name = name
    if let repeated = Dictionary(grouping: self.columns, by: { $0 }).first(where: { $0.value.count > 1 }) {
      throw DataError(
        .malformed, file: name, at: .line(1),
        "column \"\(repeated.key)\" occurs \(repeated.value.count) times",
        advice: "Name the columns differently")
    }
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
      let known = columns.prefix(20).map { "\"\($0)\"" }.joined(separator: ", ")
      throw DataError(
        .malformed, file: name, "there is no column \"\(column)\"",
        advice: "The columns are \(known)\(columns.count > 20 ? ", …" : "")")
    }
    return index
  }

  func fault(inRow row: Int, column: Int, _ problem: String, advice: String) -> DataError {
    DataError(
      .malformed, file: name, at: .line(lines[row]), "column \"\(columns[column])\" \(problem)",
      advice: advice)
  }
}
