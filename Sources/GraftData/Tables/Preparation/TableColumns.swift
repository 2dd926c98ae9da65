/// Some columns of a table: what a step of a ``TablePreparation`` works on.
public enum TableColumns: Sendable, Hashable {
  /// The columns whose fields are numbers in the file. What steps made numbers of is not among them.
  case numeric
  /// The columns whose fields are categories in the file, as long as no step made numbers of them.
  case categorical
  /// Both of these.
  case all
  /// The columns of these names; of those that a step added too.
  case named([String])
}

extension TableColumns: ExpressibleByArrayLiteral {
  public init(arrayLiteral names: String...) { self = .named(names) }
}

extension TableColumns: ExpressibleByStringLiteral {
  public init(stringLiteral name: String) { self = .named([name]) }
}
