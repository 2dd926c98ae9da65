import GraftAutograd
import GraftNN
import GraftOptim
import GraftTensor
import Testing

/// What an optimizer remembers: copied with it, saved and resumed to the bit.
@Suite struct OptimizerStateTests {
  @Test(arguments: Candidate.all) func resumesToTheBit(_ candidate: Candidate) throws {
    let steady = TestModel()
    var uninterrupted = candidate.make()
    steady.train(&uninterrupted, steps: 10)

    let first = TestModel()
    var before = candidate.make()
    first.train(&before, steps: 5)
    let saved = before.state(of: first)

    let resumed = TestModel(weight: first.weight.value, bias: first.bias.value)
    var after = candidate.make()
    try after.load(saved, for: resumed)
    resumed.train(&after, steps: 5)
    #expect(resumed.weight.value.bits == steady.weight.value.bits)
    #expect(resumed.bias.value.bits == steady.bias.value.bits)

    let forgetful = TestModel(weight: first.weight.value, bias: first.bias.value)
    var fresh = candidate.make()
    forgetful.train(&fresh, steps: 5)
    #expect(forgetful.weight.value.bits != steady.weight.value.bits)
  }

  @Test(arguments: Candidate.all) func copyHasItsOwnMemory(_ candidate: Candidate) {
    let model = TestModel()
    var optimizer = candidate.make()
    model.train(&optimizer, steps: 3)
    let (weight, bias) = (model.weight.value, model.bias.value)
    var copy = optimizer
    model.train(&copy, steps: 4)
    (model.weight.value, model.bias.value) = (weight, bias)
    model.train(&optimizer, steps: 2)

    let steady = TestModel()
    var alone = candidate.make()
    steady.train(&alone, steps: 5)
    #expect(model.weight.value.bits == steady.weight.value.bits)
  }

  @Test func namesAndTypes() {
    let model = TestModel()
    var optimizer = AdamW()
    model.train(&optimizer, steps: 2)
    let state = optimizer.state(of: model)
    #expect(
      state.keys.sorted() == [
        "bias.first_moment", "bias.second_moment", "bias.steps", "weight.first_moment",
        "weight.second_moment",
        "weight.steps",
      ])
    #expect(state["weight.steps"]?.as(Int64.self)?.scalar == 2)
    #expect(state["weight.second_moment"]?.shape == [5, 7])
  }

  @Test func stateOfOtherParametersStays() throws {
    let (one, two) = (TestModel(), TestModel())
    var optimizer = Adam()
    one.train(&optimizer, steps: 2)
    let saved = optimizer.state(of: one)
    one.train(&optimizer, steps: 3)
    two.train(&optimizer, steps: 4)
    one.norm.weight.value = .zeros([4])
    optimizer.update(with: valueAndGradients { one.norm.weight.variable.sum() }.gradients)
    #expect(saved.count == 6)
    try optimizer.load(saved, for: one)
    #expect(optimizer.memory.steps(of: one.weight) == 2)
    #expect(optimizer.memory.steps(of: one.norm.weight) == 0)
    #expect(optimizer.memory.steps(of: two.weight) == 4)
    #expect(optimizer.memory.steps(of: two.bias) == 4)
  }

  /// A state with one fault, and the error that it should give.
  struct Fault: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let change: @Sendable (inout [String: AnyTensor]) -> Void
    let expected: OptimizerStateError
  }

  static let faults = [
    Fault(
      testDescription: "unexpected", change: { $0["head.weight.steps"] = AnyTensor(Tensor<Int64>(1)) },
      expected: .unexpected(names: ["head.weight.steps"])),
    Fault(
      testDescription: "no steps", change: { $0["bias.steps"] = nil }, expected: .missing(name: "bias.steps")),
    Fault(
      testDescription: "negative steps", change: { $0["bias.steps"] = AnyTensor(Tensor<Int64>(-1)) },
      expected: .mismatched(name: "bias.steps", expected: "one int64 of at least 0", found: "int64 []")),
    Fault(
      testDescription: "steps that can't be counted on",
      change: { $0["bias.steps"] = AnyTensor(Tensor<Int64>(.max)) },
      expected: .mismatched(name: "bias.steps", expected: "one int64 of at least 0", found: "int64 []")),
    Fault(
      testDescription: "shape", change: { $0["bias.first_moment"] = AnyTensor(Tensor<Float>.zeros([4])) },
      expected: .mismatched(name: "bias.first_moment", expected: "float32 [3]", found: "float32 [4]")),
    Fault(
      testDescription: "type", change: { $0["bias.first_moment"] = AnyTensor(Tensor<Double>.zeros([3])) },
      expected: .mismatched(name: "bias.first_moment", expected: "float32 [3]", found: "float64 [3]")),
    Fault(
      testDescription: "lacks a tensor", change: { $0["bias.first_moment"] = nil },
      expected: .otherOptimizer(path: "bias", optimizer: "Adam", names: ["second_moment"])),
    Fault(
      testDescription: "another optimizer's",
      change: { $0["bias.velocity"] = AnyTensor(Tensor<Float>.zeros([3])) },
      expected: .otherOptimizer(
        path: "bias", optimizer: "Adam", names: ["first_moment", "second_moment", "velocity"])),
  ]

  @Test(arguments: faults) func faultyStateChangesNothing(_ fault: Fault) {
    let model = TestModel()
    var optimizer = Adam()
    model.train(&optimizer, steps: 2)
    var saved = optimizer.state(of: model)
    fault.change(&saved)
    model.train(&optimizer, steps: 1)
    let moment = optimizer.memory.state(of: model.weight)?.firstMoment
    #expect(throws: fault.expected) { try optimizer.load(saved, for: model) }
    #expect(optimizer.memory.steps(of: model.weight) == 3)
    #expect(optimizer.memory.state(of: model.weight)?.firstMoment == moment)
  }

  @Test func forgettingStartsAfresh() {
    let model = TestModel()
    var optimizer = Adam()
    model.train(&optimizer, steps: 2)
    optimizer.memory.forget(model.weight)
    #expect(optimizer.memory.parameters.map(ObjectIdentifier.init) == [ObjectIdentifier(model.bias)])
    #expect(optimizer.memory.steps(of: model.bias) == 2)
    model.train(&optimizer, steps: 1)
    #expect(optimizer.memory.steps(of: model.weight) == 1)
    #expect(optimizer.memory.steps(of: model.bias) == 3)
  }

  @Test func changedShapeTraps() async {
    await #expect(processExitsWith: .failure) {
      let model = TestModel()
      var optimizer = Adam()
      model.train(&optimizer, steps: 1)
      model.weight.value = .zeros([2, 2])
      model.train(&optimizer, steps: 1)
    }
  }
}
