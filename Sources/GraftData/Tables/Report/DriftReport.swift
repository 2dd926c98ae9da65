/// How far the columns of a table are from those of a reference: of the test split from the training split, of this month's data from last year's.
///
/// ```swift
/// let drift = try DriftReport(of: test, against: training)
/// print(drift)
/// ```
public struct DriftReport: Sendable, Hashable {
  /// A column of both tables.
  public struct Column: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// Its kind in the reference; columns of text are left out.
    public let kind: ColumnKind
    /// The population stability index; see ``PopulationStability``. `nil` if a table has no rows.
    public let stability: Double?
    /// The test of Kolmogorov and Smirnov, for numeric columns that have values in both tables.
    public let kolmogorovSmirnov: KolmogorovSmirnov?
    /// The share of rows in which the value is missing, in the reference and in the table.
    public let missingShares: [Double]
  }

  /// The columns of the reference that are no text.
  public let columns: [Column]

  /// Compares the columns of two tables.
  ///
  /// - Parameters:
  ///   - table: what may have drifted. It must have the columns of the reference that are compared; others are passed over.
  ///   - reference: what it is held against.
  ///   - kinds: kinds of columns. The others are inferred from the reference.
  ///   - missing: what stands for a missing value.
  /// - Throws: ``DataError`` if a column is not there, or with the line if a field is no number in a column of numbers.
  public init(
    of table: DataTable, against reference: DataTable, kinds: [String: ColumnKind] = [:],
    missing: MissingValues = .standard
  ) throws {
    columns = try reference.columns.enumerated().compactMap { index, name in
      let fields = missing.fields(ofColumn: index, in: reference)
      let kind = kinds[name] ?? .inferred(from: fields.compactMap { $0 })
      guard kind != .text else { return nil }
      let source = FittedTablePreparation.Source(name: name, kind: kind)
      let other = try PreparedColumns([source], of: table, missing: missing)
      let own = try PreparedColumns([source], of: reference, missing: missing)
      guard kind == .numeric else {
        let (categories, expected) = (try other.categories(of: name), try own.categories(of: name))
        return Column(
          name: name, kind: kind, stability: PopulationStability.index(of: categories, against: expected),
          kolmogorovSmirnov: nil, missingShares: [expected, categories].map { $0.share { $0 == nil } })
      }
      let (numbers, expected) = (try other.numbers(of: name), try own.numbers(of: name))
      return Column(
        name: name, kind: kind, stability: PopulationStability.index(of: numbers, against: expected),
        kolmogorovSmirnov: KolmogorovSmirnov(expected, numbers),
        missingShares: [expected, numbers].map { $0.share(where: \.isNaN) })
    }
  }

  /// The columns whose stability index is above a bound, the farthest first.
  public func drifted(above bound: Double = 0.25) -> [Column] {
    columns.filter { ($0.stability ?? 0) > bound }
      .sorted { ($0.stability ?? 0) > ($1.stability ?? 0) }
  }
}

extension Array {
  /// The share of elements that fulfil a condition; 0 if there are none.
  fileprivate func share(where isCounted: (Element) -> Bool) -> Double {
    isEmpty ? 0 : Double(count(where: isCounted)) / Double(count)
  }
}

extension DriftReport: CustomStringConvertible {
  /// A line for each column.
  public var description: String {
    var layout = ReportLayout(header: [
      "column", "kind", "missing before", "missing now", "stability index", "KS", "p-value",
    ])
    for column in columns {
      let shares = column.missingShares.map { $0 == 0 ? "" : ReportLayout.number($0) }
      let test = column.kolmogorovSmirnov
      layout.add(
        [ReportLayout.short(column.name), column.kind.rawValue] + shares
          + [
            column.stability, test?.statistic, test?.pValue,
          ].map { $0.map(ReportLayout.number) ?? "" })
    }
    return layout.description
  }
}
