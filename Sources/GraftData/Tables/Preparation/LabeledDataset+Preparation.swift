import GraftTensor

extension LabeledDataset {
  /// The rows of a table as a preparation makes inputs of them, shape `[rows, preparation.outputNames.count]`, with the class in one column.
  ///
  /// - Parameters:
  ///   - table: a table that has the columns the preparation was fitted to.
  ///   - target: the column of the classes.
  ///   - preparation: what was fitted to the training table.
  ///   - classNames: as above.
  /// - Throws: ``DataError`` with line and column if the preparation can't take a field, or if one is not a class.
  public init(
    _ table: DataTable, target: String, preparedBy preparation: FittedTablePreparation,
    classNames: [String]? = nil
  ) throws {
    let (labels, names) = try table.classes(in: target, named: classNames)
    try self.init(inputs: preparation(table), labels: Tensor(labels), classNames: names)
  }
}
