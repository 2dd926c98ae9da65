import Foundation
import GraftTensor
import Testing

@testable import GraftData

/// What SciPy and NumPy say of random samples; see `Fixtures/Tables/make_tables.py`.
private struct DriftFixture: Decodable {
  struct Case: Decodable {
    let reference: [Double]
    let other: [Double]
    let statistic: Double
    let pValue: Double
    let kolmogorov: Double
    let stability: Double
    let stabilityWithGaps: Double
  }
  let cases: [Case]
  let tail: [[Double]]

  static let shared: DriftFixture = try! TableFixture.read(DriftFixture.self, "drift.json")
}

@Suite struct TableReportTests {
  private let table = """
    id,size,twice,kind,note,all,none,verdict
    1,1.5,1.5,a,some text,x,,yes
    2,NA,?,b,more,x,,no
    3,4,4,a,,x,,yes
    3,4,4,a,,x,,yes
    5,2.5,2.5,,another,x,,

    """

  @Test func countsWhatATableHolds() throws {
    let report = try TableReport(of: DataTable(text: table), target: "verdict")
    #expect(report.rowCount == 5 && report.columns.count == 8)
    #expect(report.columns.map(\.missing) == [0, 1, 1, 1, 2, 0, 5, 1])
    #expect(report.columns.map(\.distinct) == [4, 3, 3, 2, 3, 1, 0, 2])
    #expect(report.columns.filter(\.isConstant).map(\.name) == ["all", "none"])
    #expect(
      report.columns.map(\.kind) == [
        .numeric, .numeric, .numeric, .categorical, .text, .categorical, .text, .categorical,
      ])
    #expect(report.columns[3].mostFrequent == "a" && report.columns[3].mostFrequentCount == 3)
    #expect(report.duplicateRows == [3])
    #expect(report.duplicateColumns == [["size", "twice"]])
    #expect(report.classes.map(\.name) == ["no", "yes"] && report.classes.map(\.count) == [1, 3])
    let size = try #require(report.columns[1].numbers)
    // Of 1.5, 2.5, 4 and 4.
    #expect(size.mean == 3 && size.median == 3.25 && size.minimum == 1.5 && size.maximum == 4)
    #expect(size.lowerQuartile == 2.25 && size.upperQuartile == 4)
    #expect(abs(size.standardDeviation - (4.5 / 4).squareRoot()) < 1e-15)
  }

  @Test func printsATable() throws {
    let report = try TableReport(
      of: DataTable(text: "a,b\n1,x\n2.5,x\n,y\n1,y\n1,x\n"), target: "b")
    #expect(
      report.description == """
        column  kind         missing  different   mean  deviation  min  25 %  median   75 %  max  most frequent
        a       numeric            1          2  1.375     0.6495    1     1       1  1.375  2.5
        b       categorical                   2                                                        x 60.0 %

        5 rows, 2 columns
        classes: x 3 (60.0 %), y 2 (40.0 %)
        rows that repeat an earlier one: 1
        """)
    let empty = try TableReport(of: DataTable(text: "a,b\n"))
    #expect(empty.rowCount == 0 && empty.duplicateColumns.isEmpty && !empty.description.isEmpty)
    #expect(try fault { _ = try TableReport(of: DataTable(text: "a\n"), target: "c") } != nil)
  }

  @Test func kolmogorovSmirnovAgreesWithSciPy() throws {
    for sample in DriftFixture.shared.cases {
      let test = try #require(KolmogorovSmirnov(sample.reference, sample.other))
      #expect(test.statistic == sample.statistic)
      #expect(abs(test.pValue - sample.kolmogorov) < 1e-14)
      // SciPy takes the distribution of one sample of nm / (n + m) numbers, rounded, for the limit. The correction comes within
      // 0.001 of it, but for the samples of 5 and 3 numbers.
      let tolerance = sample.reference.count < 10 ? 0.04 : 0.001
      #expect(abs(test.pValue - sample.pValue) < tolerance, "\(test.pValue) for \(sample.pValue)")
    }
    for pair in DriftFixture.shared.tail {
      #expect(abs(KolmogorovSmirnov.tail(pair[0]) - pair[1]) < 1e-14, "\(pair)")
    }
    #expect(KolmogorovSmirnov([], [1]) == nil && KolmogorovSmirnov([.nan], [1]) == nil)
    let same = try #require(KolmogorovSmirnov([1, 2, 2, .nan], [2, 1, 2]))
    #expect(same.statistic == 0 && same.pValue == 1)
    #expect(KolmogorovSmirnov([1, 2], [3, 4])?.statistic == 1)
  }

  @Test func stabilityAgreesWithNumPy() throws {
    for sample in DriftFixture.shared.cases {
      let index = try #require(PopulationStability.index(of: sample.other, against: sample.reference))
      #expect(abs(index - sample.stability) < 1e-12 * max(1, index))
      let gaps = sample.other.enumerated().map { $0 % 9 == 0 ? .nan : $1 }
      let withGaps = try #require(PopulationStability.index(of: gaps, against: sample.reference))
      #expect(abs(withGaps - sample.stabilityWithGaps) < 1e-12 * max(1, withGaps))
    }
  }

  @Test func stabilityByHand() throws {
    // Halves of the reference against a quarter and three quarters: 0.25 ln 2 less 0.25 ln(2/3), which is 0.25 ln 3.
    let index = try #require(PopulationStability.index(of: [1, 3, 3, 4], against: [1, 2, 3, 4], bins: 2))
    #expect(abs(index - 0.25 * log(3)) < 1e-15)
    let words = try #require(
      PopulationStability.index(of: ["a", "b", "b", "b"], against: ["a", "a", "b", "b"]))
    #expect(abs(words - 0.25 * log(3)) < 1e-15)
    // A category that the reference lacks, with the least share there.
    let new = try #require(PopulationStability.index(of: ["a", nil], against: ["a", "a"], leastShare: 0.01))
    #expect(abs(new - (0.5 * log(2) + 0.49 * log(50))) < 1e-14)
    #expect(PopulationStability.index(of: [1, .nan], against: [1, .nan]) == 0)
    #expect(PopulationStability.index(of: [Double](), against: [1]) == nil)
  }

  @Test func driftOfTables() throws {
    let reference = try DataTable(
      text: "x,k,t\n" + (0..<100).map { "\($0),\($0 % 2 == 0 ? "a" : "b"),text \($0)\n" }.joined())
    let other = try DataTable(
      text: "k,x\n" + (0..<50).map { "a,\($0 % 5 == 0 ? "" : "\($0 * 2)")\n" }.joined())
    let report = try DriftReport(of: other, against: reference)
    #expect(report.columns.map(\.name) == ["x", "k"])
    #expect(report.columns[0].missingShares == [0, 0.2])
    let drifted = report.drifted()
    #expect(drifted.map(\.name) == ["x", "k"] || drifted.map(\.name) == ["k", "x"])
    #expect(try DriftReport(of: reference, against: reference).columns.map(\.stability) == [0, 0])
    #expect(report.description.split(separator: "\n").count == 3)
    let lacking = try DataTable(text: "x\n1\n")
    #expect(try fault { _ = try DriftReport(of: lacking, against: reference) } != nil)
  }
}
