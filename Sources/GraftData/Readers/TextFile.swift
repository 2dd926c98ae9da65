import Foundation

/// What the readers of text have in common.
enum TextFile {
  /// U+FEFF in UTF-8, which some programs put before a text.
  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Throws an error with the line unless the bytes are UTF-8.
  static func requireUTF8(_ bytes: [UInt8], name: String) throws(DataError) {
    guard text(bytes[...]) == nil else { return }
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    throw notUTF8(name: name, line: 1 + (lines.firstIndex { text($0) == nil } ?? 0))
  }

  /// The text that bytes are in UTF-8; `nil` if they are not.
  static func text(_ bytes: ArraySlice<UInt8>) -> String? {
    let text = String(decoding: bytes, as: UTF8.self)
    // Decoding puts U+FFFD where bytes are not UTF-8, so that valid text alone comes through unchanged.
    return bytes.allSatisfy { $0 < 0x80 } || text.utf8.elementsEqual(bytes) ? text : nil
  }

  static func notUTF8(name: String, line: Int) -> DataError {
    DataError(
      .malformed, file: name, at: .line(line), "the text is not UTF-8", advice: "Convert the file to UTF-8")
  }
}
