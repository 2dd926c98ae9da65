import Foundation
import GraftTensor
import Testing

@testable import GraftData

@Suite struct TableRowsTests {
  /// All rows of a text that is read in blocks of `blockSize` bytes.
  private func rows(
    _ bytes: [UInt8], _ format: TableFormat, blockSize: Int, columns: [String]? = nil
  ) throws -> [TableRow] {
    try withFile(bytes) { file in
      var rows = try TableRows(
        ByteSource(contentsOf: file, blockSize: blockSize), format: format, columns: columns)
      var all: [TableRow] = []
      while let row = try rows.next() { all.append(row) }
      return all
    }
  }

  /// Where blocks end makes no difference, even within a quote, a character or a line end.
  @Test(arguments: [3, 4, 5, 7, 64])
  func blocksMayEndAnywhere(_ blockSize: Int) throws {
    let text = "\u{FEFF}a,b\r\n\"x,\"\"y\"\"\r\n\",é\u{1F600}\r\n\r\n1,2\r\"\",\"\"\n3,4"
    let read = try rows(Array(text.utf8), .csv(), blockSize: blockSize)
    #expect(read.map(\.fields) == [["x,\"y\"\r\n", "é\u{1F600}"], ["1", "2"], ["", ""], ["3", "4"]])
    #expect(read.map(\.line) == [2, 5, 6, 7])
    let objects = "{\"a\": \"é\"}\r\n\n {\"a\": 2}"
    #expect(
      try rows(Array(objects.utf8), .jsonLines, blockSize: blockSize)
        == [TableRow(fields: ["é"], line: 1), TableRow(fields: ["2"], line: 3)])
  }

  @Test func streamedAndWholeTablesAgree() throws {
    let text = (0..<2000).map { "\($0),\"word \($0 % 7)\n\",\(Double($0) / 8)\n" }.joined()
    let whole = try DataTable(text: "n,w,x\n" + text)
    let streamed = try rows(Array(("n,w,x\n" + text).utf8), .csv(), blockSize: 1000)
    #expect(whole.rows == streamed.map(\.fields))
    #expect(whole.lines == streamed.map(\.line))
  }

  @Test func copiesReadOnByThemselves() throws {
    try withFile(Array("a\n1\n2\n3\n".utf8)) { file in
      var rows = try TableRows(ByteSource(contentsOf: file, blockSize: 3), format: .csv(), columns: nil)
      let beginning = rows
      #expect(try rows.next()?.fields == ["1"])
      var copy = rows
      #expect(try rows.next()?.fields == ["2"])
      #expect(try rows.next()?.fields == ["3"])
      #expect(try copy.next()?.fields == ["2"])
      #expect(try rows.next() == nil)
      var again = beginning
      #expect(try again.next()?.fields == ["1"])
    }
  }

  @Test func columnsCanBeChosen() throws {
    let table = try DataTable(text: "a,b,c\n1,2,3\n", columns: ["c", "a"])
    #expect(table.columns == ["c", "a"] && table.rows == [["3", "1"]])
    #expect(try DataTable(text: "1\t2\n", format: .tsv(hasHeader: false), columns: ["1"]).rows == [["2"]])
    let unknown = try fault { _ = try DataTable(text: "a,b\n1,2\n", columns: ["d"]) }
    #expect(unknown?.description == "text: there is no column \"d\". The columns are \"a\", \"b\".")
  }

  @Test func objectsBecomeRows() throws {
    let text = """
      {"text": "a \\"b\\"\\n", "label": 1, "sure": true}
      {"label": -2.5, "text": "", "source": null}

      {"score": 1e3}
      """
    let table = try DataTable(text: text, format: .jsonLines)
    #expect(table.columns == ["text", "label", "sure", "source", "score"])
    #expect(
      table.rows == [
        ["a \"b\"\n", "1", "true", "", ""], ["", "-2.5", "", "", ""], ["", "", "", "", "1000.0"],
      ])
    #expect(table.lines == [1, 2, 4])
    let chosen = try DataTable(text: text, format: .jsonLines, columns: ["label", "other"])
    #expect(chosen.rows == [["1", ""], ["-2.5", ""], ["", ""]])
    // A stream knows the first object's keys only.
    let bytes = Array(text.utf8)
    #expect(try fault { _ = try rows(bytes, .jsonLines, blockSize: 64) }?.place == .line(2))
    #expect(try rows(bytes, .jsonLines, blockSize: 64, columns: ["text"]).count == 3)
  }

  @Test(
    arguments: [
      ("{\"a\": 1}\n{\"a\": 1", 2, .malformed),
      ("{\"a\": 1}\n\n[1]\n", 3, .malformed),
      ("{\"a\": 1, \"a\": 2}", 1, .malformed),
      ("{\"a\": 1} {\"a\": 2}", 1, .malformed),
      ("{\"a\": [1]}", 1, .unsupported),
      ("{\"a\": 1}\n{\"a\": {\"b\": 1}}", 2, .unsupported),
      ("{\"a\": nan}", 1, .malformed),
    ] as [(String, Int, DataError.Kind)])
  func faultsOfObjectsTellTheLine(_ text: String, _ line: Int, _ kind: DataError.Kind) throws {
    let error = try fault { _ = try DataTable(text: text, format: .jsonLines) }
    #expect(error?.place == .line(line) && error?.kind == kind, "\(error?.description ?? "no error")")
  }

  @Test func textThatIsNotUTF8IsAFault() throws {
    for (bytes, format) in [
      (Array("a,b\n1,2\n\"\n".utf8) + [0xE9] + Array("\",2\n".utf8), TableFormat.csv()),
      (Array("{\"a\": 1}\n\n{\"a\": \"".utf8) + [0xC3] + Array("\"}".utf8), .jsonLines),
    ] {
      #expect(try fault { _ = try rows(bytes, format, blockSize: 8) }?.place == .line(3))
    }
  }

  @Test func rowsHaveABound() throws {
    let long = String(repeating: "x", count: 1000)
    for (text, format) in [
      ("a,b\n1,2\n\(long),3\n", TableFormat.csv()), ("a,b\n1,2\n\"\(long)\n\(long)\n", .csv()),
      ("a\n1\n" + String(repeating: ",", count: 1000), .csv()), ("{}\n{}\n{\"a\": \"\(long)\"}", .jsonLines),
    ] {
      try withFile(Array(text.utf8)) { file in
        let error = try fault {
          var rows = try TableRows(contentsOf: file, format: format, columns: ["a"], maximumRowBytes: 900)
          while try rows.next() != nil {}
        }
        #expect(error?.kind == .tooLarge && error?.place == .line(3), "\(error?.description ?? "no error")")
      }
    }
    // Each object has another key: the table would have a million million fields.
    let sparse = (0..<2000).map { "{\"\($0)\":1}\n" }.joined()
    #expect(try fault { _ = try DataTable(text: sparse, format: .jsonLines) }?.kind == .tooLarge)
  }

  @Test func compressedFilesAreReadWholeOnly() throws {
    try withFile(gzipped(Array("a\n1\n".utf8))) { file throws in
      #expect(try DataTable(contentsOf: file).rows == [["1"]])
      #expect(try fault { _ = try TableRows(contentsOf: file) }?.kind == .unsupported)
      #expect(try fault { _ = try TableRows(contentsOf: file.appending(path: "no")) }?.kind == .unreadable)
    }
  }

  @Test(
    arguments: [
      ("a\tb\r\n1\t\"2\r\n\té\r\n", .tsv(hasHeader: false)),
      ("a;'b';c\n1;'2;''\n';3\n4;5;6\n", .csv(delimiter: ";", quote: "'")),
      ("{\"a\": \"é\\u00e9\", \"b\": 1.5}\n{\"a\": null, \"c\": true}\n{\"b\": -1e-7}\n", .jsonLines),
    ] as [(String, TableFormat)])
  func damageNeverCrashes(_ text: String, _ format: TableFormat) throws {
    try fuzz(Array(text.utf8), rounds: 2000, seed: 6) { bytes in
      let table = try DataTable(bytes: bytes, format: format, name: "text")
      for row in table.rows { #expect(row.count == table.columns.count) }
      #expect(table.lines.count == table.rows.count && Set(table.columns).count == table.columns.count)
    }
  }

  /// The same rows, or the same fault in the same line, whole or in blocks of five bytes.
  @Test func damagedTablesAgreeHoweverTheyAreRead() throws {
    func outcome(_ read: () throws -> [[String]]) throws -> (rows: [[String]]?, fault: DataError?) {
      do { return (try read(), nil) } catch let error as DataError { return (nil, error) }
    }
    let text = "a,b\r\n1,\"2,\"\"é\"\"\n\"\r\n\r\n3,4\n5,6\n"
    try fuzz(Array(text.utf8), rounds: 500, seed: 7) { bytes in
      let whole = try outcome { try DataTable(bytes: bytes, format: .csv(), name: "text").rows }
      let streamed = try outcome { try rows(bytes, .csv(), blockSize: 5).map(\.fields) }
      #expect(whole.rows == streamed.rows)
      #expect(whole.fault?.kind == streamed.fault?.kind && whole.fault?.place == streamed.fault?.place)
    }
  }
}
