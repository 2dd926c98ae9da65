import Foundation

extension JSONScanner {
  /// A value decoded by Foundation from text that has been checked: well-formed, nested within bounds, no key twice.
  ///
  /// Foundation alone goes as deep as the text does, and takes one of two members of the same name.
  ///
  /// Throws ``Fault`` where the scanner finds fault, else what the decoder throws.
  package static func decode<Value: Decodable>(_ type: Value.Type, from text: Data) throws -> Value {
    try text.withUnsafeBytes { bytes in
      var scanner = JSONScanner(bytes)
      try scanner.skipValue()
      try scanner.expectEnd()
    }
    return try JSONDecoder().decode(type, from: text)
  }
}

extension JSONScanner.Fault: CustomStringConvertible {
  /// `the key "step" twice at byte 10`.
  package var description: String { "\(problem) at byte \(offset)" }
}
