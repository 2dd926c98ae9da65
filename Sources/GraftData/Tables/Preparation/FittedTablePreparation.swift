import GraftTensor

/// A ``TablePreparation`` with what it learned from the training table: does the same to any table.
///
/// ```swift
/// let inputs = try preparation(table)
/// ```
public struct FittedTablePreparation: Sendable, Hashable {
  /// A column of the table that inputs are made of.
  struct Source: Sendable, Hashable, Codable {
    let name: String
    let kind: ColumnKind
  }

  /// The names of the inputs: a column's own, or what a step added, such as "Age missing" and "Sex=female".
  public let outputNames: [String]

  /// Columns of text, which no inputs are made of.
  public let leftOut: [String]

  /// What stands for a missing value.
  public let missing: MissingValues

  let sources: [Source]
  let steps: [FittedStep]

  /// Throws if a step makes no sense or does not fit the columns, or if outputs would not have different names.
  init(
    sources: [Source], missing: MissingValues, steps: [FittedStep], leftOut: [String]
  ) throws(DataError) {
    try ColumnNames.requireUnique(sources.map(\.name), file: nil, line: nil)
    // A table without rows goes through all steps as any other does, and shows whether they fit together.
    let empty = DataTable(columns: sources.map(\.name), rows: [], lines: [], name: "preparation")
    var columns = try PreparedColumns(sources, of: empty, missing: missing)
    for step in steps {
      if let fault = step.fault {
        throw DataError(.malformed, fault, advice: "Fit the preparation anew")
      }
      try columns.apply(step)
    }
    _ = try columns.matrix()
    outputNames = columns.names
    guard !outputNames.isEmpty else {
      throw DataError(
        .malformed, "no column is left to make inputs of",
        advice: "Name columns or kinds: columns of text are left out")
    }
    self.sources = sources
    self.missing = missing
    self.steps = steps
    self.leftOut = leftOut
  }

  /// The names of the columns that a table must have.
  public var columns: [String] { sources.map(\.name) }

  /// The inputs that the rows of a table become, shape `[rows, outputNames.count]`.
  ///
  /// Figures are kept in double precision on the way. Columns that the training table did not have are passed over.
  ///
  /// - Throws: ``DataError`` with line and column if a column or value is missing, or if a field is no number or no known category.
  public func callAsFunction(_ table: DataTable) throws -> Tensor<Float> {
    var columns = try PreparedColumns(sources, of: table, missing: missing)
    for step in steps { try columns.apply(step) }
    return try columns.matrix()
  }
}
