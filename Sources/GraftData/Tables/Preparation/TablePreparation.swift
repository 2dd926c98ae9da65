import GraftTensor

/// How the columns of a table become inputs of a network, step by step.
///
/// ```swift
/// let preparation = TablePreparation(
///   [
///     .impute(.median, flagging: true), .clip(to: .quantiles(0.01...0.99)), .standardize(),
///     .impute(.category("missing")), .oneHot(unseen: .zeros),
///   ], excluding: ["Survived", "PassengerId"])
/// let fitted = try preparation.fitted(to: training)        // learns from the training table alone
/// let inputs = try fitted(test)                            // [rows, fitted.outputNames.count]
/// try fitted.save(to: file)
/// ```
///
/// Each step works on what the ones before it made, for all rows of a column at a time. Columns of text have no numbers and are left out. Steps keep
/// the number of rows; to drop rows in which something is missing, see ``DataTable/droppingRows(missingIn:markedBy:)``.
public struct TablePreparation: Sendable, Hashable {
  /// What is done, in this order.
  public let steps: [TableStep]

  /// The columns that inputs are made of; `nil`: all but the excluded ones.
  public let columns: [String]?

  /// Columns that no inputs are made of: the target, keys.
  public let excluded: [String]

  /// The kinds of columns that are not to be inferred from the training table.
  public let kinds: [String: ColumnKind]

  /// What stands for a missing value.
  public let missing: MissingValues

  /// A preparation.
  ///
  /// - Parameters:
  ///   - steps: what is done, in this order.
  ///   - columns: the columns that inputs are made of. Default: all.
  ///   - excluded: columns among those of which none are made; name the target here.
  ///   - kinds: kinds of columns. The others are inferred: numeric if all fields of the training table are numbers, categorical if there are at most
  ///     100 different ones that occur twice on average, else text. Numbers that are names, such as classes 1 to 3, have to be called categorical.
  ///   - missing: what stands for a missing value.
  public init(
    _ steps: [TableStep], columns: [String]? = nil, excluding excluded: [String] = [],
    kinds: [String: ColumnKind] = [:], missing: MissingValues = .standard
  ) {
    self.steps = steps
    self.columns = columns
    self.excluded = excluded
    self.kinds = kinds
    self.missing = missing
  }

  /// The preparation with all figures that it needs, learned from a table: the training part only, or what is measured on the others is not what it seems.
  ///
  /// - Throws: ``DataError`` with the column if one is not there, has no value, or is of a kind that a step can't take; with the line too if a field is at
  ///   fault.
  public func fitted(to training: DataTable) throws -> FittedTablePreparation {
    for name in excluded { _ = try training.index(of: name) }
    let names = (columns ?? training.columns).filter { !excluded.contains($0) }
    try ColumnNames.requireUnique(names, file: training.name, line: nil)
    let indices = try ColumnNames.indices(of: names, in: training.columns, file: training.name)
    let sources = zip(names, indices).map { name, index in
      let kind =
        kinds[name] ?? .inferred(from: missing.fields(ofColumn: index, in: training).compactMap { $0 })
      return FittedTablePreparation.Source(name: name, kind: kind)
    }
    let used = sources.filter { $0.kind != .text }
    var prepared = try PreparedColumns(used, of: training, missing: missing)
    let fittedSteps = try steps.flatMap { try $0.fit(to: &prepared) }
    // Whatever is missing or too large after all steps would be so in training too.
    _ = try prepared.matrix()
    return try FittedTablePreparation(
      sources: used, missing: missing, steps: fittedSteps,
      leftOut: sources.filter { $0.kind == .text }.map(\.name))
  }
}
