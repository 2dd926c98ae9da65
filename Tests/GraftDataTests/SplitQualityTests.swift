import Foundation
import GraftTensor
import Testing

@testable import GraftData

/// What `Fixtures/make_splits.py` wrote.
struct SplitFixture: Decodable {
  struct Quality: Decodable {
    let size: Double
    let chiSquare: Double
    let largestClass: Double
  }

  struct Case: Decodable {
    let labels: [Int]
    let groups: [Int]
    let classes: Int
    let folds: Int
    let stratified: Quality
    let grouped: Quality
    let stratifiedGrouped: [Quality]
  }

  struct ConfidentLearning: Decodable {
    struct Expected: Decodable {
      let thresholds: [Double?]
      let counts: [[Int]]
      let joint: [[Double]]
      let noise: [[Double]]
      let byMargin: [Int]
      let bySelfConfidence: [Int]
    }
    let classes: Int
    let labels: [Int32]
    let probabilities: [Float]
    let expected: Expected
  }

  struct ClassWeights: Decodable {
    let frequencies: [Int]
    let balanced: [Double]
  }

  let cases: [Case]
  let confidentLearning: [ConfidentLearning]
  let classWeights: [ClassWeights]

  static let shared: SplitFixture = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/splits.json")
    return try! JSONDecoder().decode(SplitFixture.self, from: Data(contentsOf: file))
  }()
}

/// Sizes and shares of classes beside those of scikit-learn's splitters on the same data.
@Suite struct SplitQualityTests {
  private func quality(_ folds: [Fold], _ problem: SplitFixture.Case) -> SplitFixture.Quality {
    let parts = folds.map(\.validation)
    let share = 1 / Double(parts.count)
    var (chiSquare, largest) = (0.0, 0.0)
    for label in Set(problem.labels) {
      let expected = share * Double(problem.labels.filter { $0 == label }.count)
      for part in parts {
        let excess = Double(part.filter { problem.labels[$0] == label }.count) - expected
        chiSquare += excess * excess / expected
        largest = max(largest, abs(excess))
      }
    }
    let size = parts.map { abs(Double($0.count) - share * Double(problem.labels.count)) }.max() ?? 0
    return .init(size: size, chiSquare: chiSquare, largestClass: largest)
  }

  @Test(arguments: SplitFixture.shared.cases.indices)
  func noWorseThanScikitLearn(_ index: Int) throws {
    let problem = SplitFixture.shared.cases[index]
    let groups = SampleGroups(problem.groups)
    for seed in 0..<3 as Range<UInt64> {
      let stratified = try Splitter.stratified(by: problem.labels).folds(problem.folds, seed: seed)
      #expect(quality(stratified, problem).largestClass <= problem.stratified.largestClass + 1e-9)
      #expect(quality(stratified, problem).size <= problem.stratified.size + 1e-9)

      let grouped = try Splitter.grouped(by: groups).folds(problem.folds, seed: seed)
      let size = quality(grouped, problem).size
      #expect(size <= problem.grouped.size + 1e-9, "case \(index), seed \(seed): sizes")

      let both = try Splitter.stratified(by: problem.labels, groupedBy: groups).folds(
        problem.folds, seed: seed)
      let (own, theirs) = (quality(both, problem), problem.stratifiedGrouped)
      let count = Double(theirs.count)
      #expect(
        own.chiSquare <= theirs.map(\.chiSquare).reduce(0, +) / count, "case \(index), seed \(seed): classes")
      #expect(
        own.size <= theirs.map(\.size).reduce(0, +) / count + 1e-9,
        "case \(index), seed \(seed): sizes of both")
    }
  }

  /// A label that few samples have should be in each part by its share: with single labels that is within one.
  @Test func rareLabelsAreShared() {
    var generator = RandomGenerator(seed: 5)
    let frequencies = [0.5, 0.3, 0.1, 0.04]
    let sets = (0..<200).map { _ in
      frequencies.indices.filter { Double(generator.integer(below: 1000)) < 1000 * frequencies[$0] }
    }
    for seed in 0..<4 as Range<UInt64> {
      let parts = Splitter.stratified(byLabelSets: sets).parts([0.7, 0.3], seed: seed)
      for label in frequencies.indices {
        let total = Double(sets.filter { $0.contains(label) }.count)
        for (part, fraction) in zip(parts, [0.7, 0.3]) {
          let held = part.filter { sets[$0].contains(label) }.count
          // A random part would be off by √(200 · 0.5 · 0.7 · 0.3) = 4.6 samples of the most frequent label.
          #expect(abs(Double(held) - fraction * total) < 1)
        }
      }
    }
  }

  /// Rare labels pull samples into parts that are full already; sizes come first all the same.
  @Test func sizesAreRightWithManyLabels() {
    var generator = RandomGenerator(seed: 9)
    let sets = (0..<250).map { _ in
      Array(Set((0..<(1 + generator.integer(below: 7))).map { _ in generator.integer(below: 60) }))
    }
    for seed in 0..<3 as Range<UInt64> {
      for fractions in [[0.7, 0.2, 0.1], [0.31, 0.27, 0.22, 0.2], [0.9, 0.05, 0.05]] {
        let parts = Splitter.stratified(byLabelSets: sets).parts(fractions, seed: seed)
        for (part, fraction) in zip(parts, fractions) {
          #expect(abs(Double(part.count) - fraction * 250) < 1)
        }
      }
    }
  }

  @Test func balancedWeightsAreThoseOfScikitLearn() {
    for example in SplitFixture.shared.classWeights {
      let found = ClassWeighting.balanced.weights(frequencies: example.frequencies).scalars
      #expect(found.count == example.balanced.count)
      // Half a unit in the last place of a Float.
      for (a, b) in zip(found, example.balanced) { #expect(abs(Double(a) - b) <= 6e-8 * b) }
    }
  }
}
