import Foundation
import GraftTensor
import Testing

@testable import GraftData

/// Tables as they are published, which are not part of the package.
@Suite(.enabled(if: realData != nil, "the folder ../shared/data is missing"))
struct RealTableTests {
  /// Sums over the rows of a matrix that scikit-learn prepared, plain and weighted by the row; see `Fixtures/Tables/make_tables.py`.
  private struct Sums: Decodable {
    let shape: [Int]
    let sums: [Double]
    let weighted: [Double]
    let leftOut: [String]
  }

  private func table(_ name: String, hasHeader: Bool = true) throws -> DataTable {
    let folder = try #require(realData)
    return try DataTable(
      contentsOf: folder.appending(path: "tabular/\(name)"), format: .csv(hasHeader: hasHeader))
  }

  @Test func missingValuesAreFound() throws {
    let titanic = try TableReport(of: table("titanic.csv"), target: "Survived")
    let gaps = titanic.columns.filter { $0.missing > 0 }
    #expect(gaps.map(\.name) == ["Age", "Cabin", "Embarked"] && gaps.map(\.missing) == [177, 687, 2])
    #expect(titanic.classes.map(\.count) == [549, 342] && titanic.duplicateRows.isEmpty)
    let houses = try TableReport(of: table("house_prices_train.csv"))
    #expect(houses.columns.reduce(0) { $0 + $1.missing } == 6965)
    let zeros = MissingValues(in: Dictionary(uniqueKeysWithValues: (1...5).map { ("\($0)", ["0"]) }))
    let pima = try TableReport(
      of: table("pima-indians-diabetes.csv", hasHeader: false), target: "8", missing: zeros)
    // As the file's description has it.
    #expect(pima.columns.map(\.missing) == [0, 5, 35, 227, 374, 11, 0, 0, 0])
    #expect(pima.classes.map(\.count) == [500, 268])
  }

  @Test(
    arguments: [
      ("titanic.csv", ["PassengerId", "Survived"], ["Pclass"], true, []),
      ("house_prices_train.csv", ["Id", "SalePrice"], ["MSSubClass"], true, []),
      ("pima-indians-diabetes.csv", ["8"], [], false, ["1", "2", "3", "4", "5"]),
      ("breast_cancer.csv", ["target"], [], true, []),
    ] as [(String, [String], [String], Bool, [String])])
  func matricesAgreeWithScikitLearn(
    _ name: String, _ excluded: [String], _ categorical: [String], _ hasHeader: Bool, _ zeros: [String]
  ) throws {
    let table = try table(name, hasHeader: hasHeader)
    let part = table.rows.count * 4 / 5
    let preparation = TablePreparation(
      [
        .impute(.median, flagging: true), .standardize(), .impute(.category("missing")),
        .oneHot(unseen: .zeros),
      ], excluding: excluded, kinds: Dictionary(uniqueKeysWithValues: categorical.map { ($0, .categorical) }),
      missing: MissingValues(in: Dictionary(uniqueKeysWithValues: zeros.map { ($0, ["0"]) })))
    let fitted = try preparation.fitted(to: table.subset(at: 0..<part))
    let inputs = try fitted(table.subset(at: part..<table.rows.count))
    let all = try TableFixture.read([String: Sums].self, "real_tables.json")
    let expected = try #require(all[name])
    #expect(Array(inputs.shape) == expected.shape && fitted.leftOut == expected.leftOut)
    let (rows, width, scalars) = (inputs.shape[0], inputs.shape[1], inputs.scalars)
    for column in 0..<width {
      let numbers = (0..<rows).map { Double(scalars[$0 * width + column]) }
      let sum = numbers.reduce(0, +)
      let weighted = numbers.enumerated().reduce(0) { $0 + Double($1.offset * 37 % 101) / 101 * $1.element }
      // Each number is off by at most 6e-8 of itself.
      let tolerance = 6e-8 * numbers.reduce(0) { $0 + abs($1) } + 1e-9
      #expect(abs(sum - expected.sums[column]) < tolerance, "\(fitted.outputNames[column])")
      #expect(abs(weighted - expected.weighted[column]) < tolerance, "\(fitted.outputNames[column])")
    }
  }
}
