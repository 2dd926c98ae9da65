import Foundation
import GraftTensor
import Testing

@testable import GraftData

/// What scikit-learn makes of random tables; see `Fixtures/Tables/make_tables.py`.
private struct PreparationCase: Decodable {
  let train: String
  let test: String
  let expected: [String: [Double]]

  static let all: [PreparationCase] = {
    try! TableFixture.read([PreparationCase].self, "preparations.json")
  }()
}

enum TableFixture {
  static func read<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/Tables/\(name)")
    return try JSONDecoder().decode(type, from: Data(contentsOf: file))
  }
}

/// Whether a figure in single precision is what double precision gave: rounded to 24 bits, which is 6e-8 of it, or but for the rounding of differences
/// of numbers a few thousand times as large in double precision.
func isRounded(_ figure: Float, from exact: Double) -> Bool {
  abs(Double(figure) - exact) <= 6e-8 * abs(exact) + 1e-12
}

@Suite struct TablePreparationTests {
  private static let preparations: [String: [TableStep]] = [
    "mean": [.impute(.mean)],
    "median": [.impute(.median)],
    "most frequent": [.impute(.mostFrequent)],
    "number": [.impute(.number(-7.5))],
    "standard": [.impute(.median), .standardize()],
    "standard with gaps": [.standardize(), .impute(.number(0))],
    "range": [.impute(.median), .scale()],
    "wide range": [.impute(.median), .scale(to: -1...2)],
    "robust": [.impute(.median), .scaleRobustly()],
    "quantiles": [.impute(.median), .clip(to: .quantiles(0.05...0.9))],
    "fences": [.impute(.median), .clip(to: .interquartile(1.5))],
    "one-hot": [.impute(.category("missing")), .oneHot(unseen: .zeros)],
    "one-hot but the first": [
      .impute(.category("missing")), .oneHot(unseen: .zeros, droppingFirst: true),
    ],
    "ordinal": [.impute(.category("missing")), .ordinal(unseen: -1)],
    "frequent category": [.impute(.mostFrequent, in: .categorical), .ordinal(unseen: -1)],
  ]

  @Test(arguments: preparations.keys.sorted(), 0..<3)
  func agreesWithScikitLearn(_ name: String, _ number: Int) throws {
    let fixture = PreparationCase.all[number]
    let (train, test) = (try DataTable(text: fixture.train), try DataTable(text: fixture.test))
    let categories: Set = ["one-hot", "one-hot but the first", "ordinal", "frequent category"]
    let preparation = TablePreparation(
      try #require(TablePreparationTests.preparations[name]),
      columns: categories.contains(name) ? ["k", "m"] : ["a", "b", "c", "d"],
      kinds: ["k": .categorical, "m": .categorical])
    let inputs = try preparation.fitted(to: train)(test)
    let expected = try #require(fixture.expected[name])
    try #require(inputs.count == expected.count)
    for (figure, exact) in zip(inputs.scalars, expected) {
      #expect(isRounded(figure, from: exact), "\(figure) for \(exact)")
    }
  }

  @Test(arguments: 0..<3)
  func flagsAgreeWithScikitLearn(_ number: Int) throws {
    let fixture = PreparationCase.all[number]
    let preparation = TablePreparation(
      [.impute(.median, flagging: true)], columns: ["a", "b", "c", "d"])
    let fitted = try preparation.fitted(to: DataTable(text: fixture.train))
    #expect(fitted.outputNames == ["a", "a missing", "b", "b missing", "c", "d"])
    let inputs = try fitted(DataTable(text: fixture.test))
    let flags = inputs.scalars.enumerated().filter { [1, 3].contains($0.offset % 6) }.map(\.element)
    #expect(flags.map(Double.init) == fixture.expected["flags"])
  }

  private let people = """
    id,age,class,sex,name,survived
    1,22,3,male,Owen,0
    2,?,1,female,Anna,1
    3,26, 3 ,female,Laina,1
    4,-1,1,male,NA,0

    5,30,,male,William,0
    6,30,1,female,Lily,1

    """

  private var preparation: TablePreparation {
    TablePreparation(
      [
        .impute(.median, flagging: true), .standardize(), .impute(.category("none")),
        .oneHot(["class"], unseen: .zeros), .ordinal("sex", order: ["female", "male"]),
      ],
      excluding: ["survived", "id"], kinds: ["class": .categorical],
      missing: MissingValues(in: ["age": ["-1.0"]]))
  }

  @Test func namesAndValuesOfOutputs() throws {
    let fitted = try preparation.fitted(to: DataTable(text: people))
    #expect(fitted.outputNames == ["age", "age missing", "class=1", "class=3", "class=none", "sex"])
    #expect(fitted.columns == ["age", "class", "sex"] && fitted.leftOut == ["name"])
    // The median of 22, 26, 30, 30 is 28, so the six ages have mean 82/3 and variance 68/9.
    let inputs = try fitted(DataTable(text: "sex,class,age\nmale,4,28\nfemale,,\n"))
    let age = (28 - 82.0 / 3) / (68.0 / 9).squareRoot()
    for (figure, exact) in zip(inputs.scalars, [age, 0, 0, 0, 0, 1, age, 1, 0, 0, 1, 0]) {
      #expect(isRounded(figure, from: exact), "\(figure) for \(exact)")
    }
    let dataset = try LabeledDataset(DataTable(text: people), target: "survived", preparedBy: fitted)
    #expect(dataset.inputShape == [6] && dataset.map(\.label) == [0, 1, 1, 0, 0, 1])
  }

  @Test func learnsNothingFromOtherTables() throws {
    let table = try DataTable(text: people)
    let fitted = try preparation.fitted(to: table)
    let whole = try fitted(table)
    for row in table.rows.indices {
      #expect(try fitted(table.subset(at: [row])).scalars == Array(whole.scalars[(6 * row)..<(6 * row + 6)]))
    }
  }

  @Test func faultsTellColumnAndLine() throws {
    let table = try DataTable(text: people)
    let fitted = try preparation.fitted(to: table)
    for (text, problem) in [
      ("sex,class,age\nmale,1,2\nmale,1,x\n", "text, line 3: column \"age\" is \"x\", not a finite number"),
      ("sex,class,age\nmale,1,2\nother,1,2\n", "text, line 3: column \"sex\" is \"other\""),
      ("sex,class,age\nmale,1,1e308\n", "text, line 2: column \"age\" becomes"),
      ("sex,class\nmale,1\n", "text: there is no column \"age\""),
    ] {
      let error = try fault { _ = try fitted(DataTable(text: text)) }
      #expect(error?.description.hasPrefix(problem) == true, "\(error?.description ?? "no error")")
    }
    for (steps, columns, problem) in [
      ([.standardize("sex")], ["sex"], "column \"sex\" is categorical"),
      ([.oneHot(["age"])], ["age"], "column \"age\" is numeric"),
      ([.standardize()], ["age"], "line 3: column \"age\" is missing"),
      ([], ["sex"], "column \"sex\" is categorical"),
      ([.impute(.mean, in: "height")], ["age"], "no column \"height\""),
      ([], ["name"], "no column is left"),
      ([], ["age", "age"], "column \"age\" occurs 2 times"),
    ] as [([TableStep], [String], String)] {
      let error = try fault { _ = try TablePreparation(steps, columns: columns).fitted(to: table) }
      #expect(error?.description.contains(problem) == true, "\(error?.description ?? "no error")")
    }
    let empty = try DataTable(text: "a,a missing\n,1\n2,1\n")
    let twice = TablePreparation([.impute(.mean, flagging: true)])
    #expect(try fault { _ = try twice.fitted(to: empty) }?.description.contains("there twice") == true)
    let nothing = TablePreparation([.impute(.mean)], kinds: ["a": .numeric])
    let error = try fault { _ = try nothing.fitted(to: DataTable(text: "a\nNA\n?\n")) }
    #expect(error?.description.contains("has no value") == true)
  }

  @Test func kindsAreInferred() {
    #expect(ColumnKind.inferred(from: ["1", "-2.5e3", "7"]) == .numeric)
    #expect(ColumnKind.inferred(from: ["1", "inf"]) == .text)
    #expect(ColumnKind.inferred(from: ["a", "b", "a", "b", "b"]) == .categorical)
    #expect(ColumnKind.inferred(from: ["a", "b", "c", "b", "b"]) == .text)
    #expect(ColumnKind.inferred(from: []) == .text)
    #expect(ColumnKind.inferred(from: (0..<300).map { "x\($0 % 101)" }) == .text)
    #expect(ColumnKind.inferred(from: (0..<300).map { "x\($0 % 100)" }) == .categorical)
  }

  @Test func rowsWithMissingValuesCanBeDropped() throws {
    let table = try DataTable(text: people)
    #expect(try table.droppingRows().strings(in: "id") == ["1", "3", "6"])
    #expect(try table.droppingRows(missingIn: ["age"]).strings(in: "id") == ["1", "3", "4", "5", "6"])
    #expect(try fault { _ = try table.droppingRows(missingIn: ["size"]) } != nil)
    // Lines stay those of the file.
    let dropped = try table.droppingRows(missingIn: ["age"])
    #expect(try fault { _ = try dropped.numbers(in: ["class"]) }?.place == .line(7))
  }
}
