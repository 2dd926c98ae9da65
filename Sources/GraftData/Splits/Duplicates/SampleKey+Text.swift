import Foundation

extension SampleKey {
  /// The key of a text's words: of its letters and digits in small letters, with one space where anything else was.
  ///
  /// Letters that Unicode calls compatible (full width, ligatures) are the same, accents count. Of a text without letters
  /// and digits, all but the white space counts.
  public init(wordsOf text: String) {
    // Capital letters first: only so "ß" and "SS" meet.
    let folded = text.precomposedStringWithCompatibilityMapping.uppercased().lowercased()
    let words = folded.unicodeScalars.split { !$0.properties.isWordPart }
    let parts =
      words.isEmpty ? folded.unicodeScalars.split { $0.properties.isWhitespace } : words
    self.init(parts.map { String(String.UnicodeScalarView($0)) }.joined(separator: " "))
  }
}

extension Unicode.Scalar.Properties {
  fileprivate var isWordPart: Bool {
    if isAlphabetic { return true }
    switch generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber, .nonspacingMark, .spacingMark, .enclosingMark:
      return true
    default: return false
    }
  }
}
