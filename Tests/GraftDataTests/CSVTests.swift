import Foundation
import GraftTensor
import Testing

@testable import GraftData

@Suite struct CSVTests {
  @Test(
    arguments: [
      ("a,b\n1,2\n", [["1", "2"]]),
      ("a,b\r\n1,2\r\n3,4", [["1", "2"], ["3", "4"]]),
      ("a,b\r1,2\r", [["1", "2"]]),
      ("\u{FEFF}a,b\n1,2", [["1", "2"]]),
      ("a,b\n\n1,2\n\n\n3,4\n\n", [["1", "2"], ["3", "4"]]),
      ("a,b\n,\n", [["", ""]]),
      ("a,b\n\"x,y\",\"say \"\"hi\"\"\"\n", [["x,y", "say \"hi\""]]),
      ("a,b\n\"line\none\r\ntwo\",2\n3,\"\"\n", [["line\none\r\ntwo", "2"], ["3", ""]]),
      ("a,b\n\"\"\"\",é\u{1F600}\n", [["\"", "é\u{1F600}"]]),
      (" a,b\n 1 , 2\n", [[" 1 ", " 2"]]),
      ("a,b", []),
    ] as [(String, [[String]])])
  func readsWhatRFC4180Describes(_ text: String, _ rows: [[String]]) throws {
    #expect(try DataTable(text: text).rows == rows)
    #expect(try DataTable(text: text).columns.map { $0.trimmingCharacters(in: .whitespaces) } == ["a", "b"])
  }

  @Test func otherDialects() throws {
    let table = try DataTable(text: "the \"\tO\nx\t\"\n", format: .tsv(hasHeader: false))
    #expect(table.columns == ["0", "1"])
    #expect(table.rows == [["the \"", "O"], ["x", "\""]])
    let empty = try DataTable(text: "")
    #expect(empty.columns.isEmpty && empty.rows.isEmpty)
    // A line of two quotes is a row with an empty field, an empty line is none.
    #expect(try DataTable(text: "a\n\"\"\n\n").rows == [[""]])
  }

  @Test(arguments: [
    ("a,b\n1,2\n3\n", 3),
    ("a,b\n1,2,3\n", 2),
    ("a,b\n\"1\n2\",3\n4\n", 4),
    ("a,b\r\n\"1\r\n2\",3\r\n4\r\n", 4),
    ("a,b\n1,\"2\n\n", 2),
    ("a,b\n\"1\"x,2\n", 2),
    ("a,b\n1,x\"y\"\n", 2),
    ("a,a\n", 1),
  ])
  func faultsTellTheLine(_ text: String, _ line: Int) throws {
    let error = try fault { _ = try DataTable(text: text) }
    #expect(error?.kind == .malformed)
    #expect(error?.place == .line(line), "\(error?.description ?? "no error")")
  }

  @Test func faultsTellTheFileAndWhatToDo() throws {
    let (error, path) = try withFile(Array("a,b\n1,2\n\n3".utf8)) { file in
      (try fault { _ = try DataTable(contentsOf: file) }, file.path)
    }
    #expect(
      error?.description
        == "\(path), line 4: 1 fields for 2 columns. Give every line the same number of fields, and check the delimiter."
    )
    let invalid = try withFile(Array("a,b\n1,2\n".utf8) + [0x31, 0x2C, 0xE9, 0x0A]) { file in
      try fault { _ = try DataTable(contentsOf: file) }
    }
    #expect(invalid?.place == .line(3))
  }

  @Test func numbersAreFiniteOrAFault() throws {
    let table = try DataTable(text: "a,b,c\n1, -2.5e3 ,x\n\"\n0\",.5,\n")
    #expect(try table.numbers(in: ["b", "b"]).scalars == [-2500, -2500, 0.5, 0.5])
    for (column, line) in [("c", 2), ("a", 3)] {
      #expect(try fault { _ = try table.numbers(in: [column]) }?.place == .line(line))
    }
    for text in ["", "nan", "inf", "1e39", "1,5", "NA", "--1"] {
      let cell = try DataTable(text: "a\n\"\(text)\"\n")
      #expect(try fault { _ = try cell.numbers(in: ["a"]) }?.place == .line(2), "\(text)")
    }
    #expect(try fault { _ = try table.strings(in: "d") }?.description.contains("\"a\", \"b\", \"c\"") == true)
  }

  @Test func tablesBecomeDataSets() throws {
    let table = try DataTable(text: "x,class,y\n1,10,2\n3,9,4\n5,10,6\n")
    let dataset = try LabeledDataset(table, target: "class")
    #expect(dataset.classNames == ["9", "10"])
    #expect(dataset.map(\.label) == [1, 0, 1])
    #expect(dataset.inputs == Tensor([[1, 2], [3, 4], [5, 6]]))
    #expect(try LabeledDataset(table, target: "class", features: ["y"]).inputs == Tensor([[2], [4], [6]]))
    let wider = try LabeledDataset(table, target: "class", classNames: ["8", "10", "9"])
    #expect(wider.map(\.label) == [1, 2, 1])
    let unknown = try fault { _ = try LabeledDataset(table, target: "class", classNames: ["10"]) }
    #expect(unknown?.place == .line(3))
    let words = try DataTable(text: "x,class\n1,no\n2,yes\n3,\n")
    #expect(try fault { _ = try LabeledDataset(words, target: "class") }?.place == .line(4))
    #expect(try fault { _ = try LabeledDataset(words, target: "kind") }?.kind == .malformed)
  }

  @Test func damageNeverCrashes() throws {
    let text = "a,b,target\r\n1,\"2,\"\"x\"\"\n\",0\r\n3,4,1\n5,6,1\n"
    try fuzz(Array(text.utf8), rounds: 5000, seed: 4) { bytes in
      let table = try DataTable(bytes: bytes, format: .csv(), name: "text")
      for row in table.rows { #expect(row.count == table.columns.count) }
      _ = try LabeledDataset(table, target: "target")
    }
  }

  /// What is written by the rules is read back.
  @Test(arguments: 0..<50 as Range<UInt64>)
  func quotedTablesComeBack(_ seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    let alphabet: [Character] = ["a", "é", ",", "\"", "\n", " ", "😀", ";"]
    let width = 1 + generator.integer(below: 4)
    let rows = (0..<generator.integer(below: 6)).map { _ in
      (0..<width).map { _ in
        String(
          (0..<generator.integer(below: 5)).map { _ in alphabet[generator.integer(below: alphabet.count)] })
      }
    }
    let records = [(0..<width).map { "column \($0)" }] + rows
    let text = records.map { fields in
      fields.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: ",")
    }.joined(separator: seed % 2 == 0 ? "\n" : "\r\n")
    #expect(try DataTable(text: text).rows == rows)
  }
}
