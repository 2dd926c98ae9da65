import GraftTensor

/// The columns of a table on their way through the steps of a preparation.
struct PreparedColumns {
  struct Column {
    /// Which of the table's columns it comes from.
    let source: Int
    /// The kind in the file; `nil` for columns that a step added.
    let kind: ColumnKind?
    var values: Values

    var hasCategories: Bool {
      if case .categories = values { true } else { false }
    }
  }

  enum Values {
    /// NaN where a value is missing.
    case numbers([Double])
    /// `nil` where a value is missing.
    case categories([String?])
  }

  /// What has become of each of the table's columns: the names of one or several, in order.
  private var groups: [[String]]
  private var byName: [String: Column]

  /// Where the values come from.
  let table: DataTable

  /// The named columns of a table; the names have to differ.
  ///
  /// Throws if a column is not there, or if a field is not of its kind.
  init(
    _ sources: [FittedTablePreparation.Source], of table: DataTable, missing: MissingValues
  ) throws(DataError) {
    self.table = table
    groups = sources.map { [$0.name] }
    byName = Dictionary(minimumCapacity: sources.count)
    let indices = try ColumnNames.indices(of: sources.map(\.name), in: table.columns, file: table.name)
    for (number, (source, index)) in zip(sources, indices).enumerated() {
      let fields = missing.fields(ofColumn: index, in: table)
      let values: Values =
        source.kind == .numeric
        ? .numbers(try PreparedColumns.numbers(fields, ofColumn: index, in: table)) : .categories(fields)
      byName[source.name] = Column(source: number, kind: source.kind, values: values)
    }
  }

  /// The names of the columns in order.
  var names: [String] { groups.flatMap { $0 } }

  private static func numbers(
    _ fields: [String?], ofColumn column: Int, in table: DataTable
  ) throws(DataError) -> [Double] {
    var numbers: [Double] = []
    numbers.reserveCapacity(fields.count)
    for (row, field) in fields.enumerated() {
      guard let field else {
        numbers.append(.nan)
        continue
      }
      guard let number = ColumnKind.number(field) else {
        throw table.fault(
          inRow: row, column: column, "is \"\(field)\", not a finite number",
          advice: "Correct it, or name it as a marker of missing values")
      }
      numbers.append(number)
    }
    return numbers
  }

  /// The column of a name. Throws if there is none.
  func column(_ name: String) throws(DataError) -> Column {
    guard let column = byName[name] else {
      throw ColumnNames.unknown(name, in: names, file: table.name)
    }
    return column
  }

  /// The numbers of a column. Throws if it has categories.
  func numbers(of name: String) throws(DataError) -> [Double] {
    guard case .numbers(let numbers) = try column(name).values else {
      throw fault(
        name, "is categorical, and numbers are needed", advice: "Encode it before with oneHot or ordinal")
    }
    return numbers
  }

  /// The categories of a column. Throws if it has numbers.
  func categories(of name: String) throws(DataError) -> [String?] {
    guard case .categories(let categories) = try column(name).values else {
      throw fault(
        name, "is numeric, and categories are needed",
        advice: "Say kinds: [\"\(name)\": .categorical] if its numbers are names")
    }
    return categories
  }

  /// Gives a column other values.
  mutating func replace(_ name: String, with values: Values) throws(DataError) {
    _ = try column(name)
    byName[name]?.values = values
  }

  /// Puts new columns of numbers behind a column, or in its place. Throws if there is one of their names.
  mutating func insert(
    _ added: [(name: String, numbers: [Double])], behind name: String, replacing: Bool
  ) throws(DataError) {
    let source = try column(name).source
    guard let place = groups[source].firstIndex(of: name) else { return }
    groups[source].replaceSubrange(
      (replacing ? place : place + 1)..<(place + 1), with: added.map(\.name))
    if replacing { byName[name] = nil }
    for (name, numbers) in added {
      let column = Column(source: source, kind: nil, values: .numbers(numbers))
      guard byName.updateValue(column, forKey: name) == nil else {
        throw fault(name, "would be there twice", advice: "Name the columns of the table differently")
      }
    }
  }

  /// All columns side by side, shape `[rows, columns]`.
  ///
  /// Throws if a value is missing or too large for single precision, or if a column still has categories.
  func matrix() throws(DataError) -> Tensor<Float> {
    let names = names
    var scalars = [Float](repeating: 0, count: table.rows.count * names.count)
    for (place, name) in names.enumerated() {
      for (row, number) in try numbers(of: name).enumerated() {
        let scalar = Float(number)
        guard scalar.isFinite else { throw fault(name, row: row, number) }
        scalars[row * names.count + place] = scalar
      }
    }
    return Tensor(shape: [table.rows.count, names.count], scalars: scalars)
  }

  private func fault(_ name: String, row: Int, _ number: Double) -> DataError {
    number.isNaN
      ? fault(name, row: row, "is missing", advice: "Impute missing values, or drop the rows that have some")
      : fault(
        name, row: row, "becomes \(number), too large for single precision",
        advice: "Check the field, or clip outliers before")
  }

  /// An error of a column, in one row if that is known.
  func fault(_ name: String, row: Int? = nil, _ problem: String, advice: String) -> DataError {
    DataError(
      .malformed, file: table.name, at: row.map { .line(table.lines[$0]) }, "column \"\(name)\" \(problem)",
      advice: advice)
  }
}
