extension TableStep {
  /// Learns the step from columns and takes them through it.
  func fit(to columns: inout PreparedColumns) throws(DataError) -> [FittedStep] {
    var steps: [FittedStep] = []
    for name in try selected(of: columns) {
      for step in try fitted(to: name, of: columns) {
        try columns.apply(step)
        steps.append(step)
      }
    }
    return steps
  }

  /// The names of the columns that the step works on.
  private func selected(of columns: PreparedColumns) throws(DataError) -> [String] {
    let selection = self.columns ?? suited
    if case .named(let names) = selection { return names }
    var names: [String] = []
    for name in columns.names {
      let column = try columns.column(name)
      let isNumeric = column.kind == .numeric
      let isSelected =
        switch selection {
        case .numeric: isNumeric
        case .categorical: column.hasCategories
        case .all, .named: isNumeric || column.hasCategories
        }
      if isSelected { names.append(name) }
    }
    return names
  }

  /// The columns for which the action is made.
  private var suited: TableColumns {
    switch action {
    case .impute(.category, _), .oneHot, .ordinal: .categorical
    case .impute(.mostFrequent, _): .all
    case .impute, .clip, .scale: .numeric
    }
  }

  private func fitted(to name: String, of columns: PreparedColumns) throws(DataError) -> [FittedStep] {
    switch action {
    case .impute(let imputation, let flagging):
      return try TableStep.fill(name, of: columns, imputation, flagging: flagging)
    case .clip(let fences):
      let summary = try TableStep.summary(of: name, in: columns)
      let bounds = fences.bounds(of: summary)
      return [.clip(column: name, lower: bounds.lowerBound, upper: bounds.upperBound)]
    case .scale(let scaling):
      let summary = try TableStep.summary(of: name, in: columns)
      let (center, scale) = scaling.figures(of: summary)
      guard center.isFinite && scale.isFinite && scale > 0 else {
        throw columns.fault(name, "has numbers too large to be scaled", advice: "Clip outliers before")
      }
      return [.scale(column: name, center: center, scale: scale)]
    case .oneHot(let unseen, let droppingFirst):
      let categories = try TableStep.categories(of: name, in: columns)
      return [.oneHot(column: name, categories: categories, unseen: unseen, droppingFirst: droppingFirst)]
    case .ordinal(let order, let unseen):
      if let order { return [.ordinal(column: name, categories: order, unseen: unseen)] }
      let categories = try TableStep.categories(of: name, in: columns)
      return [.ordinal(column: name, categories: categories, unseen: unseen)]
    }
  }
}

extension TableStep {
  /// The steps that fill in what is missing in a column.
  private static func fill(
    _ name: String, of columns: PreparedColumns, _ imputation: Imputation, flagging: Bool
  ) throws(DataError) -> [FittedStep] {
    let filling: FittedStep
    switch imputation {
    case .mean: filling = .fillNumber(column: name, number: try summary(of: name, in: columns).mean)
    case .median: filling = .fillNumber(column: name, number: try summary(of: name, in: columns).median)
    case .number(let number):
      _ = try columns.numbers(of: name)
      filling = .fillNumber(column: name, number: number)
    case .category(let category):
      _ = try columns.categories(of: name)
      filling = .fillCategory(column: name, category: category)
    case .mostFrequent:
      if try columns.column(name).hasCategories {
        let categories = try columns.categories(of: name).compactMap { $0 }
        guard let category = mostFrequent(categories) else { throw columns.hasNoValue(name) }
        filling = .fillCategory(column: name, category: category)
      } else {
        let number = mostFrequent(try summary(of: name, in: columns).sorted)
        filling = .fillNumber(column: name, number: number ?? 0)
      }
    }
    let isFlagged = try columns.isMissingSome(name)
    return flagging && isFlagged ? [.flag(column: name), filling] : [filling]
  }

  /// The value that occurs most often, of several the smallest.
  private static func mostFrequent<Value: Hashable & Comparable>(_ values: [Value]) -> Value? {
    let counts = Dictionary(values.map { ($0, 1) }, uniquingKeysWith: +)
    return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
  }

  private static func summary(
    of name: String, in columns: PreparedColumns
  ) throws(DataError) -> NumberSummary {
    guard let summary = NumberSummary(try columns.numbers(of: name)) else { throw columns.hasNoValue(name) }
    return summary
  }

  /// The categories of a column in their order.
  private static func categories(
    of name: String, in columns: PreparedColumns
  ) throws(DataError) -> [String] {
    let categories = Set(try columns.categories(of: name).compactMap { $0 })
    guard !categories.isEmpty else { throw columns.hasNoValue(name) }
    return DataTable.ordered(categories)
  }
}

extension PreparedColumns {
  fileprivate func isMissingSome(_ name: String) throws(DataError) -> Bool {
    switch try column(name).values {
    case .numbers(let numbers): numbers.contains { $0.isNaN }
    case .categories(let categories): categories.contains(nil)
    }
  }

  fileprivate func hasNoValue(_ name: String) -> DataError {
    fault(
      name, "has no value in the training table",
      advice: "Leave the column out, or impute a value of your choice")
  }
}

extension OutlierFences {
  /// The bounds for the numbers of a column.
  fileprivate func bounds(of summary: NumberSummary) -> ClosedRange<Double> {
    switch self {
    case .quantiles(let levels):
      return summary.quantile(levels.lowerBound)...summary.quantile(levels.upperBound)
    case .interquartile(let factor):
      let (low, high) = (summary.quantile(0.25), summary.quantile(0.75))
      // Beyond the largest number there is nothing to clip.
      let reach = min(factor * min(high - low, .greatestFiniteMagnitude), .greatestFiniteMagnitude)
      return max(low - reach, -.greatestFiniteMagnitude)...min(high + reach, .greatestFiniteMagnitude)
    }
  }
}

extension TableStep.Scaling {
  /// What is subtracted from the numbers of a column, and what they are divided by then.
  fileprivate func figures(of summary: NumberSummary) -> (center: Double, scale: Double) {
    let (smallest, largest) = (summary.sorted[0], summary.sorted[summary.sorted.count - 1])
    switch self {
    case .standard:
      return (summary.mean, summary.isConstant ? 1 : summary.variance.squareRoot())
    case .range(let range):
      let width = range.upperBound - range.lowerBound
      let scale = TableStep.Scaling.orOne(largest - smallest) / width
      return (smallest - range.lowerBound * scale, scale)
    case .robust:
      return (summary.median, TableStep.Scaling.orOne(summary.quantile(0.75) - summary.quantile(0.25)))
    }
  }

  /// A spread that is nothing but rounding divides nothing.
  private static func orOne(_ spread: Double) -> Double { spread < 10 * .ulpOfOne ? 1 : spread }
}
