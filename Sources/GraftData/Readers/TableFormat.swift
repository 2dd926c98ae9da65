import GraftTensor

/// How a file holds a table: comma-separated values, tab-separated ones, or a JSON object a line.
public struct TableFormat: Sendable, Hashable {
  enum Layout: Sendable, Hashable {
    case separated(by: UInt8, quote: UInt8?, hasHeader: Bool)
    case jsonLines
  }

  let layout: Layout

  /// Comma-separated values as RFC 4180 describes them: a field in quotes may hold delimiters, line ends and (doubled) quotes.
  ///
  /// Lines end with CR LF, LF or CR; empty lines and a byte-order mark are skipped. Traps unless delimiter and quote are
  /// different ASCII characters and no line ends.
  ///
  /// - Parameters:
  ///   - hasHeader: whether the first record names the columns; if not, they are called "0", "1", …
  ///   - delimiter: what stands between fields, ";" in files from many a spreadsheet.
  ///   - quote: what encloses fields; `nil` if quotes have no meaning in the file.
  public static func csv(
    hasHeader: Bool = true, delimiter: Character = ",", quote: Character? = "\""
  ) -> TableFormat {
    guard
      let separator = delimiter.asciiValue, !delimiter.isNewline, quote != delimiter,
      quote.map({ $0.isASCII && !$0.isNewline }) ?? true
    else {
      fatalError(
        "TableFormat.csv: delimiter \(delimiter.debugDescription) and quote \(quote.debugDescription) have to be different ASCII characters"
      )
    }
    return TableFormat(layout: .separated(by: separator, quote: quote?.asciiValue, hasHeader: hasHeader))
  }

  /// Tab-separated values; quotes have no meaning, and are part of the text.
  public static func tsv(hasHeader: Bool = true) -> TableFormat {
    .csv(hasHeader: hasHeader, delimiter: "\t", quote: nil)
  }

  /// A JSON object a line (RFC 8259), its keys the names of columns: `{"text": "…", "label": 1}`.
  ///
  /// A missing key and `null` are an empty field, numbers and truth values the text that JSON writes for them. Arrays and objects
  /// in a column that is read are a fault.
  public static let jsonLines = TableFormat(layout: .jsonLines)
}
