/// Lines of comma-separated values (RFC 4180), each with an end of line; fields are quoted where they need it.
func commaSeparated(_ rows: [[String]]) -> String {
  rows.map { row in
    row.map { field in
      // By scalars: "\r\n" is one character.
      let isPlain = field.unicodeScalars.allSatisfy { !"\",\r\n".unicodeScalars.contains($0) }
      return isPlain ? field : "\"" + field.replacing("\"", with: "\"\"") + "\""
    }.joined(separator: ",") + "\r\n"
  }.joined()
}
