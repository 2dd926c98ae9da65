/// What tokenizers want to know of a code point.
///
/// The published vocabularies were made, and models were trained, with particular versions of Unicode: characters that came
/// later were unassigned then, and still have to be treated so. Each property below says which version counts; the versions are
/// those that version 0.23 of the Python package `tokenizers` has. The standard library knows in which version a code point was
/// assigned, so newer ones can be told apart; where it is itself older (on an older system), the newest characters differ.
struct ScalarClass: OptionSet, Sendable {
  let rawValue: UInt16

  /// White space (Unicode's White_Space).
  static let whitespace = ScalarClass(rawValue: 1 << 0)
  /// A letter of Unicode 16, `\p{L}`.
  static let letter = ScalarClass(rawValue: 1 << 1)
  /// A number of Unicode 16, `\p{N}`.
  static let number = ScalarClass(rawValue: 1 << 2)
  /// Punctuation of Unicode 8, or any ASCII character that is neither letter, digit, space nor control character.
  static let punctuation = ScalarClass(rawValue: 1 << 3)
  /// A non-spacing mark (Mn) of Unicode 8.
  static let nonspacingMark = ScalarClass(rawValue: 1 << 4)
  /// A control, format or private-use character of Unicode 8 other than tab, line feed and carriage return; NUL and U+FFFD.
  static let unwanted = ScalarClass(rawValue: 1 << 5)
  /// A code point whose combining class is not 0 in Unicode 9.
  static let nonStarter = ScalarClass(rawValue: 1 << 6)
  /// A code point that lower-casing changes.
  static let uppercase = ScalarClass(rawValue: 1 << 7)

  /// The properties of a code point.
  @inline(__always)
  static func of(_ scalar: Unicode.Scalar) -> ScalarClass {
    let value = Int(scalar.value)
    if value < 0x80 { return ascii[value] }
    return value < tableEnd ? table[value] : ScalarClass(examining: scalar)
  }

  /// The properties of the ASCII characters, which are asked for most and must not wait for the whole table.
  static let ascii: [ScalarClass] = (0..<0x80).map { ScalarClass(examining: Unicode.Scalar(UInt8($0))) }

  /// The scripts that are written with letters in the narrow sense end before the ideographs.
  private static let tableEnd = 0x3400

  private static let table: [ScalarClass] = (0..<UInt32(tableEnd)).map { value in
    Unicode.Scalar(value).map { ScalarClass(examining: $0) } ?? []
  }
}

extension ScalarClass {
  /// Asks the standard library.
  private init(examining scalar: Unicode.Scalar) {
    // Ideographs and Hangul syllables are most of what is asked for beyond the table.
    if (0x4E00..<0xA000).contains(scalar.value) || (0xAC00..<0xD7A4).contains(scalar.value) {
      self = .letter
      return
    }
    let properties = scalar.properties
    let age = properties.age?.major ?? .max
    let category = properties.generalCategory
    var found: ScalarClass = []
    if properties.isWhitespace { found.insert(.whitespace) }
    if properties.changesWhenLowercased { found.insert(.uppercase) }
    if age <= 9 && properties.canonicalCombiningClass != .notReordered { found.insert(.nonStarter) }
    if age <= 16 && category.isLetter { found.insert(.letter) }
    if age <= 16 && category.isNumber { found.insert(.number) }
    if Self.isPunctuation(scalar, category, age) { found.insert(.punctuation) }
    if Self.isNonspacingMark(scalar, category, age) { found.insert(.nonspacingMark) }
    if Self.isUnwanted(scalar, category, age) { found.insert(.unwanted) }
    self = found
  }

  private static func isPunctuation(
    _ scalar: Unicode.Scalar, _ category: Unicode.GeneralCategory, _ age: Int
  ) -> Bool {
    switch scalar.value {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
    // Punctuation in Unicode 8, something else since.
    case 0x166D, 0x111C9: true
    default: age <= 8 && category.isPunctuation
    }
  }

  private static func isNonspacingMark(
    _ scalar: Unicode.Scalar, _ category: Unicode.GeneralCategory, _ age: Int
  ) -> Bool {
    switch scalar.value {
    // Non-spacing marks in Unicode 8, spacing ones since; and the other way round.
    case 0x1734, 0x1171E: true
    case 0x1885, 0x1886, 0xA9BD, 0x111C9: false
    default: age <= 8 && category == .nonspacingMark
    }
  }

  private static func isUnwanted(
    _ scalar: Unicode.Scalar, _ category: Unicode.GeneralCategory, _ age: Int
  ) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D: false
    case 0x00, 0xFFFD: true
    default: category == .control || category == .privateUse || (age <= 8 && category == .format)
    }
  }
}

extension Unicode.GeneralCategory {
  /// Category L.
  fileprivate var isLetter: Bool {
    switch self {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }

  /// Category N.
  fileprivate var isNumber: Bool {
    switch self {
    case .decimalNumber, .letterNumber, .otherNumber: true
    default: false
    }
  }

  /// Category P.
  fileprivate var isPunctuation: Bool {
    switch self {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      true
    default: false
    }
  }
}

extension Unicode.Scalar {
  /// Whether this is an ideograph that WordPiece takes for a word of its own. (The gap before U+2B920 is in the reference
  /// implementation, and so in what models have seen.)
  var isIdeograph: Bool {
    switch value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0xF900...0xFAFF, 0x20000...0x2A6DF, 0x2A700...0x2B81F,
      0x2B920...0x2CEAF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }
}
