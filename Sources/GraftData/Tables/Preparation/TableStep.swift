import GraftTensor

/// A step in the preparation of a table; see ``TablePreparation``.
public struct TableStep: Sendable, Hashable {
  enum Action: Sendable, Hashable {
    case impute(Imputation, flagging: Bool)
    case clip(OutlierFences)
    case scale(Scaling)
    case oneHot(unseen: UnseenCategory, droppingFirst: Bool)
    case ordinal(order: [String]?, unseen: Double?)
  }

  enum Scaling: Sendable, Hashable {
    case standard
    case range(ClosedRange<Double>)
    case robust
  }

  let action: Action

  /// `nil`: all that the action can work on.
  let columns: TableColumns?
}

/// What stands in for a missing value.
public enum Imputation: Sendable, Hashable {
  /// The mean of a numeric column.
  case mean
  /// The median of a numeric column.
  case median
  /// The value that occurs most often, of several the smallest.
  case mostFrequent
  /// A number, in numeric columns.
  case number(Double)
  /// A category, in categorical columns; "missing", say.
  case category(String)
}

/// Beyond which bounds a number counts as an outlier.
public enum OutlierFences: Sendable, Hashable {
  /// The quantiles at two levels from 0 to 1, interpolated linearly.
  case quantiles(ClosedRange<Double>)
  /// The quartiles, and this multiple of their distance beyond them.
  ///
  /// With 1.5: the whiskers of a box plot. Tukey: *Exploratory Data Analysis*, 1977.
  case interquartile(Double)
}

/// What becomes of a category that the training table did not have.
public enum UnseenCategory: String, Sendable, Hashable, Codable {
  /// A ``DataError`` with its line.
  case failing
  /// 0 in all columns of the encoding.
  case zeros
}

extension TableStep {
  /// Fills in missing values.
  ///
  /// - Parameters:
  ///   - imputation: what with.
  ///   - columns: where. Default: all columns of the kind that it suits.
  ///   - flagging: adds, behind each column in which the training table misses a value, a column "NAME missing": 1 where one was missing, else 0.
  public static func impute(
    _ imputation: Imputation, in columns: TableColumns? = nil, flagging: Bool = false
  ) -> TableStep {
    if case .number(let number) = imputation {
      require(number.isFinite, "TableStep.impute: \(number) is not finite")
    }
    return TableStep(action: .impute(imputation, flagging: flagging), columns: columns)
  }

  /// Moves outliers to the bounds.
  ///
  /// Traps unless levels are in 0…1, and a multiple is finite and not negative.
  public static func clip(to fences: OutlierFences, in columns: TableColumns = .numeric) -> TableStep {
    switch fences {
    case .quantiles(let levels):
      require(
        levels.lowerBound >= 0 && levels.upperBound <= 1, "TableStep.clip: levels \(levels) are not in 0...1")
    case .interquartile(let factor):
      require(factor >= 0 && factor.isFinite, "TableStep.clip: factor \(factor) is negative or not finite")
    }
    return TableStep(action: .clip(fences), columns: columns)
  }

  /// Subtracts the mean and divides by the (population) standard deviation; columns that never vary are only shifted.
  public static func standardize(_ columns: TableColumns = .numeric) -> TableStep {
    TableStep(action: .scale(.standard), columns: columns)
  }

  /// Maps the smallest value to one end of a range and the largest to the other; columns that never vary to its lower end.
  ///
  /// Values beyond those of the training table come out beyond the range. Traps unless the range is finite and not a point.
  public static func scale(
    to range: ClosedRange<Double> = 0...1, _ columns: TableColumns = .numeric
  ) -> TableStep {
    require(
      range.lowerBound < range.upperBound && (range.upperBound - range.lowerBound).isFinite,
      "TableStep.scale: range \(range)")
    return TableStep(action: .scale(.range(range)), columns: columns)
  }

  /// Subtracts the median and divides by the distance of the quartiles, which outliers hardly move; columns whose quartiles are the same are only shifted.
  public static func scaleRobustly(_ columns: TableColumns = .numeric) -> TableStep {
    TableStep(action: .scale(.robust), columns: columns)
  }

  /// Makes of each column one for each category, "NAME=CATEGORY": 1 where that is the category, else 0.
  ///
  /// - Parameters:
  ///   - columns: which; they have to be categorical.
  ///   - unseen: what becomes of categories that the training table did not have. Default: a fault.
  ///   - droppingFirst: leaves the first category out, whose column follows from the others.
  public static func oneHot(
    _ columns: TableColumns = .categorical, unseen: UnseenCategory = .failing, droppingFirst: Bool = false
  ) -> TableStep {
    TableStep(action: .oneHot(unseen: unseen, droppingFirst: droppingFirst), columns: columns)
  }

  /// Numbers the categories of a column from 0.
  ///
  /// - Parameters:
  ///   - columns: which; they have to be categorical.
  ///   - order: the categories in order. Default: those of the training table in order of number if they all are numbers, else of text.
  ///     Traps if one occurs twice.
  ///   - unseen: the number of categories that are none of these, -1 for example. Default: a fault.
  public static func ordinal(
    _ columns: TableColumns = .categorical, order: [String]? = nil, unseen: Double? = nil
  ) -> TableStep {
    require(
      order.map { Set($0).count == $0.count && !$0.isEmpty } ?? true,
      "TableStep.ordinal: categories \(order ?? []) have to differ")
    require(unseen?.isFinite ?? true, "TableStep.ordinal: \(unseen ?? 0) is not finite")
    return TableStep(action: .ordinal(order: order, unseen: unseen), columns: columns)
  }
}
