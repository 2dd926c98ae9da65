/// What the fields of a table's column are.
public enum ColumnKind: String, Sendable, Hashable, Codable {
  /// Numbers.
  case numeric
  /// One of a few categories.
  case categorical
  /// Anything else: names, sentences, keys.
  case text
}

extension ColumnKind {
  /// The kind of a column whose fields are known, missing ones left out.
  ///
  /// Numeric if all fields are finite numbers; categorical if there are at most 100 different ones, each occurring twice on average;
  /// otherwise text. A column without any field is text.
  static func inferred(from fields: some Collection<String>) -> ColumnKind {
    guard !fields.isEmpty else { return .text }
    if fields.allSatisfy({ number($0) != nil }) { return .numeric }
    var distinct: Set<String> = []
    for field in fields {
      distinct.insert(field)
      if distinct.count > mostCategories { return .text }
    }
    return distinct.count * 2 <= fields.count ? .categorical : .text
  }

  /// A field as a finite number, `nil` if it is none. Swift also reads hexadecimal numbers, which are keys in a table.
  static func number(_ field: String) -> Double? {
    guard let number = Double(field), number.isFinite, !field.utf8.contains(where: { $0 | 0x20 == 0x78 })
    else {
      return nil
    }
    return number
  }

  private static let mostCategories = 100
}
