/// What a step of a preparation learned for one column.
enum FittedStep: Sendable, Hashable, Codable {
  /// Adds a column that is 1 where a value is missing.
  case flag(column: String)
  /// Puts a number where one is missing.
  case fillNumber(column: String, number: Double)
  /// Puts a category where one is missing.
  case fillCategory(column: String, category: String)
  /// Moves numbers to the nearest bound.
  case clip(column: String, lower: Double, upper: Double)
  /// Makes (x − center) / scale of x.
  case scale(column: String, center: Double, scale: Double)
  /// Makes a column of zeros and ones for each category.
  case oneHot(column: String, categories: [String], unseen: UnseenCategory, droppingFirst: Bool)
  /// Numbers the categories; without `unseen` others are a fault.
  case ordinal(column: String, categories: [String], unseen: Double?)
}

extension FittedStep {
  /// Why the step makes no sense; `nil` if it does.
  var fault: String? {
    switch self {
    case .flag, .fillCategory:
      nil
    case .fillNumber(let column, let number):
      number.isFinite ? nil : "column \"\(column)\" is filled with \(number)"
    case .clip(let column, let lower, let upper):
      lower.isFinite && upper.isFinite && lower <= upper
        ? nil : "column \"\(column)\" is clipped to \(lower) and \(upper)"
    case .scale(let column, let center, let scale):
      center.isFinite && scale.isFinite && scale > 0
        ? nil : "column \"\(column)\" is shifted by \(center) and divided by \(scale)"
    case .oneHot(let column, let categories, _, _):
      Set(categories).count == categories.count && !categories.isEmpty
        ? nil : "the categories of column \"\(column)\" do not differ"
    case .ordinal(let column, let categories, let unseen):
      Set(categories).count == categories.count && !categories.isEmpty && (unseen?.isFinite ?? true)
        ? nil : "the categories of column \"\(column)\" do not differ"
    }
  }
}

extension PreparedColumns {
  /// Takes all values through a step.
  ///
  /// Throws if the column is not there or of the wrong kind, or at a category that the step does not know.
  mutating func apply(_ step: FittedStep) throws(DataError) {
    switch step {
    case .flag(let name):
      let flags: [Double]
      switch try column(name).values {
      case .numbers(let numbers): flags = numbers.map { $0.isNaN ? 1 : 0 }
      case .categories(let categories): flags = categories.map { $0 == nil ? 1 : 0 }
      }
      try insert([("\(name) missing", flags)], behind: name, replacing: false)
    case .fillNumber(let name, let number):
      try replace(name, with: .numbers(try numbers(of: name).map { $0.isNaN ? number : $0 }))
    case .fillCategory(let name, let category):
      try replace(name, with: .categories(try categories(of: name).map { $0 ?? category }))
    case .clip(let name, let lower, let upper):
      // A missing value is neither below nor above.
      let numbers = try numbers(of: name).map { $0 < lower ? lower : $0 > upper ? upper : $0 }
      try replace(name, with: .numbers(numbers))
    case .scale(let name, let center, let scale):
      try replace(name, with: .numbers(try numbers(of: name).map { ($0 - center) / scale }))
    case .oneHot(let name, let categories, let unseen, let droppingFirst):
      let codes = try codes(of: name, among: categories, isFault: unseen == .failing)
      let encoded = categories.enumerated().dropFirst(droppingFirst ? 1 : 0).map { number, category in
        ("\(name)=\(category)", codes.map { $0 == number ? 1.0 : 0 })
      }
      try insert(encoded, behind: name, replacing: true)
    case .ordinal(let name, let categories, let unseen):
      let codes = try codes(of: name, among: categories, isFault: unseen == nil)
      try replace(name, with: .numbers(codes.map { $0.map(Double.init) ?? unseen ?? .nan }))
    }
  }

  /// The numbers of a column's categories; `nil` for others, if they are no fault.
  private func codes(
    of name: String, among categories: [String], isFault: Bool
  ) throws(DataError) -> [Int?] {
    let numbers = Dictionary(zip(categories, 0...), uniquingKeysWith: { first, _ in first })
    var codes: [Int?] = []
    for (row, category) in try self.categories(of: name).enumerated() {
      guard let category else {
        throw fault(
          name, row: row, "is missing",
          advice: "Impute missing values, with a category of their own for example")
      }
      let code = numbers[category]
      if code == nil && isFault {
        throw fault(
          name, row: row, "is \"\(category)\", which the training table does not have",
          advice: "Correct it, or say with unseen: what becomes of such categories")
      }
      codes.append(code)
    }
    return codes
  }
}
