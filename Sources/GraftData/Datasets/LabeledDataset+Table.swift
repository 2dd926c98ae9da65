import GraftTensor

extension LabeledDataset {
  /// The rows of a table: numbers in some columns, the class in another.
  ///
  /// - Parameters:
  ///   - table: a table with at least one row.
  ///   - target: the column of the classes.
  ///   - features: the columns of the inputs, by default all but the target.
  ///   - classNames: the values of the target that are classes 0, 1, … By default those that occur, in order of
  ///     number if they all are numbers, else of text. Pass the training set's for a table to be evaluated, which
  ///     may lack a class.
  /// - Throws: ``DataError`` with line and column if a field is missing, not a finite number, or not a class.
  public init(
    _ table: DataTable, target: String, features: [String]? = nil, classNames: [String]? = nil
  ) throws {
    let (labels, names) = try table.classes(in: target, named: classNames)
    let inputs = try table.numbers(in: features ?? table.columns.filter { $0 != target })
    try self.init(inputs: inputs, labels: Tensor(labels), classNames: names)
  }
}
