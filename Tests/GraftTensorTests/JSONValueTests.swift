import GraftTensor
import Testing

/// JSON from outside.
struct JSONValueTests {
  private func fault(_ text: String, maximumValues: Int = 100) -> JSONScanner.Fault? {
    do throws(JSONScanner.Fault) {
      _ = try JSONValue(parsing: Array(text.utf8), maximumValues: maximumValues)
      return nil
    } catch {
      return error
    }
  }

  @Test func valuesOfEveryKind() throws {
    guard
      case .object(let members) = try JSONValue(
        parsing: Array(#" {"a": [1, -2.5, 1e2, true, false, null], "é": "x\n\ud83d\ude00", "a": {}} "#.utf8))
    else {
      Issue.record("not an object")
      return
    }
    // Repeated names stay, and names are told apart by their code points.
    #expect(members.map { Array($0.name.unicodeScalars) } == [["a"], ["é"], ["a"]])
    guard case .array(let elements) = members[0].value else {
      Issue.record("not an array")
      return
    }
    #expect(
      "\(elements[0])" == "integer(1)" && "\(elements[1])" == "real(-2.5)"
        && "\(elements[2])" == "real(100.0)")
    #expect(
      "\(elements[3...])"
        == "[GraftTensor.JSONValue.bool(true), GraftTensor.JSONValue.bool(false), GraftTensor.JSONValue.null]"
    )
    guard case .string(let text) = members[1].value else {
      Issue.record("not a string")
      return
    }
    #expect(text == "x\n😀")
  }

  @Test func faultsHaveAPlace() throws {
    #expect(fault("")?.offset == 0 && fault("")?.problem == "expected a value")
    #expect(fault("[1, 2")?.offset == 5 && fault("[1, 2")?.problem == "expected ']'")
    #expect(fault("[1] 2")?.offset == 4)
    #expect(fault("[1e999]")?.problem == "a number too large")
    #expect(fault("{\"a\" 1}")?.offset == 5)
    #expect(fault("\"\\ud800\"")?.problem == "an unpaired surrogate")
    #expect(fault(String(repeating: "[", count: 1_000_000))?.problem == "values nested too deeply")
  }

  @Test func memoryIsBounded() throws {
    let list = "[" + Array(repeating: "0", count: 99).joined(separator: ",") + "]"
    #expect(fault(list, maximumValues: 100) == nil)
    #expect(fault(list, maximumValues: 99)?.problem == "more values than are accepted")
  }
}
