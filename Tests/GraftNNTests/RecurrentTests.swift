import GraftAutograd
import GraftTensor
import Testing

@testable import GraftNN

/// LSTM and GRU against PyTorch: results, and the gradients of everything from all results. See `Fixtures/make_recurrent.py`.
@Suite struct RecurrentTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    var layers = 1
    var isBidirectional = false
    var bias = true
    var lengths: [Int]?

    var testDescription: String { name }
  }

  static let cases = [
    Case(name: ""), Case(name: "_deep", layers: 2, isBidirectional: true, lengths: [5, 3, 1]),
    Case(name: "_plain", bias: false, lengths: [2, 5, 4]),
  ]

  @Test(arguments: cases) func lstmEqualsPyTorch(example: Case) throws {
    let fixture = try Fixture("recurrent", case: "lstm" + example.name)
    var generator = RandomGenerator(seed: 1)
    let lstm = LSTM(
      4, 6, layers: example.layers, isBidirectional: example.isBidirectional, bias: example.bias,
      using: &generator)
    #expect(try lstm.load(fixture.checkpoint("weights")).isExact)
    let leaves = try ["input", "h0", "c0"].map { try Parameter(fixture($0)) }
    let (_, gradients) = try valueAndGradients {
      let state = LSTM.State(hidden: leaves[1].variable, cell: leaves[2].variable)
      let (states, last) = lstm(leaves[0].variable, lengths: example.lengths, state: state)
      try expectClose(states.value, fixture("output"))
      try expectClose(last.hidden.value, fixture("h"))
      try expectClose(last.cell.value, fixture("c"))
      return try (states * Variable(fixture("factor|output"))).sum()
        + (last.hidden * Variable(fixture("factor|h"))).sum()
        + (last.cell * Variable(fixture("factor|c"))).sum()
    }
    try check(gradients, of: lstm, leaves: zip(["input", "h0", "c0"], leaves), fixture)
  }

  @Test(arguments: cases) func gruEqualsPyTorch(example: Case) throws {
    let fixture = try Fixture("recurrent", case: "gru" + example.name)
    var generator = RandomGenerator(seed: 1)
    let gru = GRU(
      4, 6, layers: example.layers, isBidirectional: example.isBidirectional, bias: example.bias,
      using: &generator)
    #expect(try gru.load(fixture.checkpoint("weights")).isExact)
    let leaves = try ["input", "h0"].map { try Parameter(fixture($0)) }
    let (_, gradients) = try valueAndGradients {
      let (states, last) = gru(leaves[0].variable, lengths: example.lengths, state: leaves[1].variable)
      try expectClose(states.value, fixture("output"))
      try expectClose(last.value, fixture("h"))
      return try (states * Variable(fixture("factor|output"))).sum()
        + (last * Variable(fixture("factor|h"))).sum()
    }
    try check(gradients, of: gru, leaves: zip(["input", "h0"], leaves), fixture)
  }

  private func check(
    _ gradients: Gradients, of module: any Module, leaves: some Sequence<(String, Parameter)>,
    _ fixture: Fixture
  ) throws {
    for entry in module.state {
      let parameter = try #require(entry.parameter)
      try expectClose(
        #require(gradients[parameter]), fixture("gradient|\(entry.path)"), Comment(rawValue: entry.path))
    }
    for (name, leaf) in leaves {
      try expectClose(#require(gradients[leaf]), fixture("leaf|\(name)"), Comment(rawValue: name))
    }
  }

  /// More texts than a block has, on one thread and on all.
  @Test func threadsChangeNoBits() {
    var generator = RandomGenerator(seed: 3)
    let lstm = LSTM(7, 9, layers: 2, isBidirectional: true, using: &generator)
    let gru = GRU(7, 9, isBidirectional: true, using: &generator)
    let input = Variable(Tensor<Float>.normal([40, 6, 7], using: &generator))
    func run(_ threads: Int) -> [[UInt32]] {
      ComputeThreads.withCount(threads) {
        let (_, gradients) = valueAndGradients {
          lstm(input).states.square().sum() + gru(input).states.square().sum()
        }
        return (lstm.state + gru.state).compactMap { $0.parameter.flatMap { gradients[$0]?.bits } }
      }
    }
    #expect(run(1) == run(2))
    #expect(run(1).count == 16 + 8)
  }

  /// Text by text in pieces, with the state carried over: the states of the whole.
  @Test func stateCarriesOn() {
    var generator = RandomGenerator(seed: 5)
    let lstm = LSTM(3, 4, layers: 2, using: &generator)
    let input = Variable(Tensor<Float>.normal([2, 8, 3], using: &generator))
    let whole = lstm(input)
    let first = lstm(input.slice(0..<5, along: 1))
    let second = lstm(input.slice(5..<8, along: 1), state: first.last.detached())
    let joined = Variable.concatenated([first.states, second.states], along: 1)
    // The same products in the same order.
    #expect(joined.value == whole.states.value)
    #expect(second.last.cell.value == whole.last.cell.value)
  }

  @Test func weightsAreDroppedWhileTrainingOnly() {
    var generator = RandomGenerator(seed: 5)
    let lstm = LSTM(3, 4, weightDropout: 0.5, using: &generator)
    let input = Variable(Tensor<Float>.normal([2, 8, 3], using: &generator))
    let plain = lstm(input).states.value
    #expect(lstm(input).states.value == plain)
    let dropped = withMode(.training) { lstm(input).states.value }
    #expect(dropped != plain)
  }
}
