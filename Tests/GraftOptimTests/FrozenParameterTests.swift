import GraftAutograd
import GraftNN
import GraftOptim
import GraftTensor
import Testing

/// Neither momentum nor weight decay moves a frozen parameter, and a break does not disturb its training.
@Suite struct FrozenParameterTests {
  @Test(arguments: Candidate.all) func frozenParameterKeepsItsBits(_ candidate: Candidate) {
    let model = TestModel()
    var optimizer = candidate.make()
    model.train(&optimizer, steps: 3)
    model.weight.isTrainable = false
    let frozen = model.weight.value.bits
    let free = model.bias.value.bits
    model.train(&optimizer, steps: 4)
    #expect(model.weight.value.bits == frozen)
    #expect(model.bias.value.bits != free)
  }

  @Test(arguments: Candidate.all) func trainingGoesOnAfterUnfreezing(_ candidate: Candidate) {
    let interrupted = TestModel()
    var optimizer = candidate.make()
    interrupted.train(&optimizer, steps: 3)
    interrupted.weight.isTrainable = false
    interrupted.train(&optimizer, steps: 4)
    interrupted.weight.isTrainable = true
    interrupted.train(&optimizer, steps: 5)

    // In this loss the weight's gradient depends on the weight alone, so the break should leave no trace on it.
    let steady = TestModel()
    var other = candidate.make()
    steady.train(&other, steps: 8)
    #expect(interrupted.weight.value.bits == steady.weight.value.bits)
    #expect(interrupted.bias.value.bits != steady.bias.value.bits)
  }

  @Test(arguments: Candidate.all) func parameterFrozenAfterItsGradientStays(_ candidate: Candidate) {
    let model = TestModel()
    var optimizer = candidate.make()
    model.train(&optimizer, steps: 2)
    let gradients = valueAndGradients { model.loss() }.gradients
    model.weight.isTrainable = false
    let frozen = model.weight.value.bits
    optimizer.update(with: gradients)
    #expect(model.weight.value.bits == frozen)
  }

  @Test(arguments: Candidate.all) func parameterWithoutGradientStays(_ candidate: Candidate) {
    let model = TestModel()
    var optimizer = candidate.make()
    model.train(&optimizer, steps: 2)
    let before = model.weight.value.bits
    for _ in 0..<3 {
      optimizer.update(with: valueAndGradients { model.bias.variable.square().sum() }.gradients)
    }
    #expect(model.weight.value.bits == before)
  }

  @Test func onlyTakenStepsCount() {
    let model = TestModel()
    var optimizer = Adam()
    model.train(&optimizer, steps: 3)
    model.weight.isTrainable = false
    model.train(&optimizer, steps: 2)
    #expect(optimizer.memory.steps(of: model.weight) == 3)
    #expect(optimizer.memory.steps(of: model.bias) == 5)
    #expect(optimizer.memory.steps(of: model.norm.weight) == 0)
  }
}
