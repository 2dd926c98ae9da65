/// What a table holds, and what is suspicious about it.
///
/// ```swift
/// print(try TableReport(of: table, target: "Survived"))
/// ```
public struct TableReport: Sendable, Hashable {
  /// A column of the table.
  public struct Column: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// Its kind, inferred unless it was given.
    public let kind: ColumnKind
    /// In how many rows its value is missing.
    public let missing: Int
    /// How many different values it has.
    public let distinct: Int
    /// The value that occurs most often, of several the smallest as text; `nil` if all are missing.
    public let mostFrequent: String?
    /// In how many rows that is its value.
    public let mostFrequentCount: Int
    /// Statistics of a numeric column that has a value.
    public let numbers: Numbers?

    /// Whether it is the same in all rows: one value without gaps, or none at all.
    public var isConstant: Bool { distinct == 0 || (distinct == 1 && missing == 0) }
  }

  /// Statistics of the numbers of a column, missing ones left out.
  public struct Numbers: Sendable, Hashable {
    /// The mean.
    public let mean: Double
    /// The (population) standard deviation.
    public let standardDeviation: Double
    /// The smallest number, the quartiles with the median between them, and the largest; interpolated linearly.
    public let minimum, lowerQuartile, median, upperQuartile, maximum: Double
  }

  /// A class with the number of its rows.
  public struct ClassCount: Sendable, Hashable {
    /// The field.
    public let name: String
    /// In how many rows it stands.
    public let count: Int
  }

  /// The number of rows.
  public let rowCount: Int

  /// The columns in the order of the table.
  public let columns: [Column]

  /// Rows that are the same as an earlier one in every field, by their position.
  public let duplicateRows: [Int]

  /// Columns that are the same in every row, together.
  public let duplicateColumns: [[String]]

  /// The classes, in order of number or text; empty without a target. Rows whose class is missing are not among them.
  public let classes: [ClassCount]

  /// Looks at all fields of a table, without the white space about them.
  ///
  /// - Parameters:
  ///   - table: the table.
  ///   - target: the column of the classes, if there is one.
  ///   - kinds: kinds of columns that are not to be inferred.
  ///   - missing: what stands for a missing value.
  /// - Throws: ``DataError`` if there is no column of the target's name, or with the line if a field of a column that is called numeric is no number.
  public init(
    of table: DataTable, target: String? = nil, kinds: [String: ColumnKind] = [:],
    missing: MissingValues = .standard
  ) throws {
    let fields = table.columns.indices.map { missing.fields(ofColumn: $0, in: table) }
    rowCount = table.rows.count
    columns = try zip(table.columns, fields).map { name, fields in
      try Column(name, fields, kind: kinds[name], of: table, missing: missing)
    }
    var seen: Set<[String]> = []
    duplicateRows = table.rows.indices.filter { !seen.insert(table.rows[$0]).inserted }
    let groups = Dictionary(grouping: table.rows.isEmpty ? 0..<0 : fields.indices, by: { fields[$0] }).values
    duplicateColumns = groups.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
      .map { $0.map { table.columns[$0] } }
    guard let target else {
      classes = []
      return
    }
    let counts = Dictionary(
      fields[try table.index(of: target)].compactMap { $0 }.map { ($0, 1) }, uniquingKeysWith: +)
    classes = DataTable.ordered(Set(counts.keys)).map { ClassCount(name: $0, count: counts[$0] ?? 0) }
  }
}

extension TableReport.Column {
  fileprivate init(
    _ name: String, _ fields: [String?], kind: ColumnKind?, of table: DataTable, missing: MissingValues
  ) throws {
    let values = fields.compactMap { $0 }
    let counts = Dictionary(values.map { ($0, 1) }, uniquingKeysWith: +)
    let mostFrequent = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }
    self.name = name
    self.kind = kind ?? .inferred(from: values)
    self.missing = fields.count - values.count
    distinct = counts.count
    self.mostFrequent = mostFrequent?.key
    mostFrequentCount = mostFrequent?.value ?? 0
    guard self.kind == .numeric else {
      numbers = nil
      return
    }
    let source = FittedTablePreparation.Source(name: name, kind: .numeric)
    let columns = try PreparedColumns([source], of: table, missing: missing)
    numbers = NumberSummary(try columns.numbers(of: name)).map(TableReport.Numbers.init)
  }
}

extension TableReport.Numbers {
  init(_ summary: NumberSummary) {
    mean = summary.mean
    standardDeviation = summary.variance.squareRoot()
    minimum = summary.quantile(0)
    lowerQuartile = summary.quantile(0.25)
    median = summary.median
    upperQuartile = summary.quantile(0.75)
    maximum = summary.quantile(1)
  }
}

extension TableReport: CustomStringConvertible {
  /// A line for each column, and below what is worth a look.
  public var description: String {
    var layout = ReportLayout(header: [
      "column", "kind", "missing", "different", "mean", "deviation", "min", "25 %", "median", "75 %", "max",
      "most frequent",
    ])
    for column in columns {
      let numbers = column.numbers.map {
        [
          $0.mean, $0.standardDeviation, $0.minimum, $0.lowerQuartile, $0.median, $0.upperQuartile,
          $0.maximum,
        ].map(ReportLayout.number)
      }
      let frequent =
        column.kind == .categorical
        ? column.mostFrequent.map {
          "\(ReportLayout.short($0)) \(ReportLayout.percent(column.mostFrequentCount, of: rowCount))"
        } : nil
      layout.add(
        [
          ReportLayout.short(column.name), column.kind.rawValue,
          column.missing == 0 ? "" : "\(column.missing)",
          "\(column.distinct)",
        ] + (numbers ?? Array(repeating: "", count: 7)) + [frequent ?? ""])
    }
    return ([layout.description, ""] + remarks).joined(separator: "\n")
  }

  private var remarks: [String] {
    var remarks = ["\(rowCount) rows, \(columns.count) columns"]
    if !classes.isEmpty {
      let total = classes.reduce(0) { $0 + $1.count }
      remarks.append(
        "classes: "
          + classes.map {
            "\(ReportLayout.short($0.name)) \($0.count) (\(ReportLayout.percent($0.count, of: total)))"
          }
          .joined(separator: ", "))
    }
    let constant = columns.filter(\.isConstant).map(\.name)
    if !constant.isEmpty { remarks.append("the same in all rows: " + constant.joined(separator: ", ")) }
    for group in duplicateColumns { remarks.append("the same columns: " + group.joined(separator: ", ")) }
    if !duplicateRows.isEmpty { remarks.append("rows that repeat an earlier one: \(duplicateRows.count)") }
    return remarks
  }
}
