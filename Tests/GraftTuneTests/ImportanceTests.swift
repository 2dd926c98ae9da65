import GraftTensor
import Testing

@testable import GraftTune

@Suite struct ImportanceTests {
  private func randomPoints(_ count: Int, dimensions: Int, _ generator: inout RandomGenerator) -> [[Double]] {
    (0..<count).map { _ in (0..<dimensions).map { _ in generator.unit() } }
  }

  @Test func aTreeRemembersWhatItSaw() {
    var generator = RandomGenerator(seed: 5)
    let points = randomPoints(40, dimensions: 3, &generator)
    let values = points.map { $0[0] * $0[1] - $0[2] }
    let tree = RegressionTree(points, values, leastCount: 1, candidates: 2, using: &generator)
    #expect(tree.leaves.count == 40)
    for (point, value) in zip(points, values) { #expect(tree.value(at: point) == value) }
    let volume = tree.leaves.map { $0.box.map { $0.upperBound - $0.lowerBound }.reduce(1, *) }.reduce(0, +)
    // Products of differences of numbers up to 1, summed forty times.
    #expect(abs(volume - 1) < 1e-13)
  }

  @Test func fewerLeavesWhereBoxesHoldMore() {
    var generator = RandomGenerator(seed: 6)
    let points = randomPoints(40, dimensions: 2, &generator)
    let tree = RegressionTree(points, points.map { $0[0] }, leastCount: 5, candidates: 2, using: &generator)
    #expect(tree.leaves.count > 1 && tree.leaves.count <= 8)
    let constant = RegressionTree(
      points, points.map { _ in 2 }, leastCount: 1, candidates: 2, using: &generator)
    #expect(constant.leaves.count == 1 && constant.leaves[0].value == 2)
  }

  /// Against sums over a fine grid whose points lie off all borders: an error of the width of a cell for each border.
  @Test func variancesAreThoseOfAGrid() {
    var generator = RandomGenerator(seed: 7)
    let side = 100
    let points = (0..<12).map { _ in
      (0..<2).map { _ in Double(generator.integer(below: side / 2)) / Double(side / 2) }
    }
    let tree = RegressionTree(
      points, points.map { 3 * $0[0] + $0[1] * $0[0] }, leastCount: 1, candidates: 2, using: &generator)
    // Borders are halves of differences of multiples of 1/50: multiples of 1/100, between two points of this grid. So sums are exact.
    let places = (0..<side).map { (Double($0) + 0.5) / Double(side) }
    let grid = places.map { x in places.map { y in tree.value(at: [x, y]) } }
    let cells = Double(side * side)
    let mean = grid.joined().reduce(0, +) / cells
    let total = grid.joined().map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / cells
    let rows = grid.map { $0.reduce(0, +) / Double(side) }
    let columns = places.indices.map { column in grid.map { $0[column] }.reduce(0, +) / Double(side) }
    let expected = [rows, columns].map { $0.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(side) }
    let (found, marginal) = tree.variances()
    #expect(abs(found - total) < 1e-9)
    for (one, other) in zip(marginal, expected) { #expect(abs(one - other) < 1e-9) }
    #expect(marginal.reduce(0, +) < found)
  }

  private func history(_ count: Int, seed: UInt64, _ cost: (Configuration) -> Double) throws -> SearchHistory
  {
    let space = try SearchSpace([
      Hyperparameter.continuous("a", 0...1), Hyperparameter.continuous("b", 1e-3...1, .logarithmic),
      Hyperparameter.flag("c"),
      Hyperparameter.continuous("d", 0...1).when(Hyperparameter.flag("c"), is: true),
    ])
    var generator = RandomGenerator(seed: seed)
    let trials = (0..<count).map { number in
      let configuration = space.random(using: &generator)
      return TrialRecord(
        number: number, configuration: configuration, state: .complete, values: [cost(configuration)])
    }
    return SearchHistory(space: space, objectives: [.maximize("score")], trials: trials)
  }

  @Test func whatMattersComesFirst() throws {
    let a = Hyperparameter.continuous("a", 0...1)
    let flag = Hyperparameter.flag("c")
    // Variances: 9/12 of a, 1/4 of the flag's half: shares 0.75 and 0.25. Two hundred samples leave some to chance.
    let history = try history(200, seed: 1) { 3 * $0[a] + ($0[flag] ? 1 : 0) }
    let importance = ParameterImportance(of: history)
    #expect(importance.entries.map(\.name).prefix(2) == ["a", "c"])
    #expect(abs(importance.entries[0].share - 0.75) < 0.08)
    #expect(abs(importance.entries[1].share - 0.25) < 0.08)
    #expect(importance.entries[2...].allSatisfy { $0.share < 0.03 })
    #expect(ParameterImportance(of: history, trees: 8) == ParameterImportance(of: history, trees: 8))
    #expect(importance.entries[0].deviation > 0)
  }

  @Test func nothingIsExplainedByNothing() throws {
    for history in [try history(0, seed: 1) { _ in 1 }, try history(20, seed: 1) { _ in 1 }] {
      let importance = ParameterImportance(of: history)
      #expect(
        importance.entries.count == 4 && importance.entries.allSatisfy { $0.share == 0 && $0.deviation == 0 })
    }
  }
}
