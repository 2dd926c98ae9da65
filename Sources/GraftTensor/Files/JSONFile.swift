import Foundation

/// A file of JSON text from outside: a model's configuration, the index of a checkpoint.
package struct JSONFile {
  /// The longest file that is accepted, in bytes.
  package static let maximumByteCount = 100_000_000

  private let file: MappedFile

  /// Maps a file that is not too long.
  ///
  /// Throws ``TensorFileError`` if it can't be read or is too long.
  package init(contentsOf url: URL) throws {
    file = try MappedFile(contentsOf: url)
    guard file.bytes.count <= Self.maximumByteCount else {
      throw TensorFileError(file: file.path, .textTooLong(byteCount: file.bytes.count))
    }
  }

  /// Reads the whole text with a scanner; `read` takes the one value that it may be.
  ///
  /// Throws ``TensorFileError/Problem/malformedJSON(offset:_:)`` where the scanner finds fault.
  package func scan(_ read: (inout JSONScanner) throws -> Void) throws {
    do {
      try withExtendedLifetime(file) {
        var scanner = JSONScanner(file.bytes)
        try read(&scanner)
        try scanner.expectEnd()
      }
    } catch let fault as JSONScanner.Fault {
      throw TensorFileError(file: file.path, .malformedJSON(offset: fault.offset, fault.problem))
    }
  }

  /// A value decoded by Foundation from text that has been checked: well-formed, nested within bounds, no key twice.
  package func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try scan { try $0.skipValue() }
    return try JSONDecoder().decode(type, from: withExtendedLifetime(file) { Data(file.bytes) })
  }
}
