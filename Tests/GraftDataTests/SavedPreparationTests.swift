import Foundation
import GraftTensor
import Testing

@testable import GraftData

@Suite struct SavedPreparationTests {
  private func fitted() throws -> FittedTablePreparation {
    let table = try DataTable(text: "a,k\n1.1,x\n,y\n2.3,x\n-4,y\n,x\n")
    return try TablePreparation(
      [
        .impute(.mean, flagging: true), .clip(to: .quantiles(0.1...0.9)), .scaleRobustly(),
        .oneHot(unseen: .zeros),
      ], missing: MissingValues(in: ["k": ["0"]])
    ).fitted(to: table)
  }

  @Test func comesBackAsItWas() throws {
    let preparation = try fitted()
    let file = FileManager.default.temporaryDirectory.appending(path: "graft-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: file) }
    try preparation.save(to: file)
    let loaded = try FittedTablePreparation(contentsOf: file)
    #expect(loaded == preparation)
    let table = try DataTable(text: "k,a\ny,7\nz,\n")
    #expect(bits(try loaded(table)) == bits(try preparation(table)))
    #expect(loaded.outputNames == ["a", "a missing", "k=x", "k=y"])
  }

  /// Each replacement spoils the file in another way.
  @Test(
    arguments: [
      ("\"scale\" : {", "\"scales\" : {"), ("\"numeric\"", "\"text\""), ("\"numeric\"", "\"number\""),
      ("\"numeric\"", "\"categorical\""), ("\"name\" : \"k\"", "\"name\" : \"a\""), ("\"y\"", "\"x\""),
      ("\"lower\" : ", "\"lower\" : 1e9, \"low\" : "), ("\"lower\" : ", "\"lower\" : 1e999, \"low\" : "),
      ("\"scale\" : 1", "\"scale\" : -1"), ("\"scale\" : 1", "\"scale\" : 0, \"s\" : 1"),
      ("\"column\" : \"a\"", "\"column\" : \"b\""), ("\"steps\"", "\"steps\" : [], \"steps\""),
      ("\"steps\"", "\"step\""), ("\"zeros\"", "\"ones\""), ("{", "["),
    ])
  func damageIsAFault(_ text: String, _ replacement: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    let json = String(decoding: try encoder.encode(fitted()), as: UTF8.self)
    let range = try #require(json.range(of: text), "\(json)")
    try withFile(Array(json.replacingCharacters(in: range, with: replacement).utf8)) { file in
      let error = try fault { _ = try FittedTablePreparation(contentsOf: file) }
      #expect(error?.kind == .malformed && error?.file == file.path, "\(error?.description ?? "no error")")
    }
  }

  @Test func damageNeverCrashes() throws {
    let json = try JSONEncoder().encode(fitted())
    let table = try DataTable(text: "k,a\ny,7\nz,\n")
    try fuzz(Array(json), rounds: 300, seed: 8) { bytes in
      try withFile(bytes) { file in
        let preparation = try FittedTablePreparation(contentsOf: file)
        #expect(try preparation(table).shape == [2, preparation.outputNames.count])
      }
    }
  }
}
