import Foundation

/// What the readers of text have in common.
enum TextFile {
  /// U+FEFF in UTF-8, which some programs put before a text.
  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Throws an error with the line unless the bytes are UTF-8.
  static func requireUTF8(_ bytes: [UInt8], name: String) throws(DataError) {
    guard String(bytes: bytes, encoding: .utf8) == nil else { return }
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let invalid = lines.firstIndex { String(bytes: $0, encoding: .utf8) == nil } ?? 0
    throw DataError(
      .malformed, file: name, at: .line(invalid + 1), "the text is not UTF-8",
      advice: "Convert the file to UTF-8")
  }
}
