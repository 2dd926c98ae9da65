import Foundation
import Testing

@testable import GraftTensor

@Suite struct JSONScannerTests {
  /// What is wrong with a text as one JSON value, or `nil`.
  private func fault(_ bytes: [UInt8]) -> JSONScanner.Fault? {
    bytes.withUnsafeBytes { bytes in
      var scanner = JSONScanner(bytes)
      do {
        try scanner.skipValue()
        try scanner.expectEnd()
        return nil
      } catch {
        return error as? JSONScanner.Fault ?? JSONScanner.Fault(offset: -1, problem: "\(error)")
      }
    }
  }

  @Test(arguments: [
    "null", "true", "-0.5e+3", "0", "[]", "{}", #"[1, "\u00e9\ud83d\ude00", {"a": [false]}]"#,
    " \n\t{\"a\" : 1 }\r\n",
  ]) func acceptsJSON(text: String) {
    #expect(fault(Array(text.utf8)) == nil)
  }

  @Test(arguments: [
    "", "nul", "NaN", "Infinity", "01", "1.", ".5", "+1", "[1,]", "[1 2]", "{\"a\" 1}", "{a: 1}", "'a'",
    "\"a", "[1]]",
    "// c", "{\"a\": 1,}", "\"\u{1}\"", #""\ud83d""#, #""\x""#,
  ]) func refusesWhatIsNotJSON(text: String) {
    #expect(fault(Array(text.utf8)) != nil)
  }

  @Test func refusesEqualKeysAndDepth() {
    #expect(fault(Array(#"{"a": {"b": 1, "\u0062": 2}}"#.utf8))?.problem.contains("twice") == true)
    #expect(fault(Array(#"[{"a": 1}, {"a": 1}]"#.utf8)) == nil)
    for opening in ["[", "{\"a\":"] {
      let text = Array(String(repeating: opening, count: 1_000_000).utf8)
      let found = fault(text)
      #expect(found?.problem == "values nested too deeply")
      #expect(
        found.map { $0.offset <= 32 * opening.utf8.count } == true, "found before the rest is looked at")
    }
  }

  /// Foundation is the oracle: what passes here, it reads, and what it reads passes here unless a key is there twice.
  @Test func agreesWithFoundationOnDamagedText() {
    let valid = Array(
      #"{"dtype": "F32", "x": [1, -2.5e3, true, null, "a\n\u00e9é"], "y": {"k": {}, "l": ""}}"#.utf8)
    var damage = Damage(
      seed: 4, interesting: Array("{}[]\",:0123456789-+.\\ueE tfn".utf8) + [0, 0x7F, 0x80, 0xFF])
    var counts = [0, 0]
    for _ in 0..<3000 {
      let bytes = damage.damaged(valid)
      let isRead = (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil
      let found = fault(bytes)
      counts[found == nil ? 0 : 1] += 1
      let isDuplicate = found?.problem.contains("twice") == true
      #expect(
        isRead == (found == nil) || isDuplicate,
        "\(String(decoding: bytes, as: UTF8.self)): \(String(describing: found))")
    }
    #expect(counts[0] > 100 && counts[1] > 100)
  }
}
