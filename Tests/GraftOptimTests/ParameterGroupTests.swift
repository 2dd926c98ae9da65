import GraftAutograd
import GraftNN
import GraftOptim
import GraftTensor
import Testing

/// Rates and decays of single parameters.
@Suite struct ParameterGroupTests {
  @Test(arguments: Candidate.all) func excludedParametersDoNotDecay(_ candidate: Candidate) {
    let model = TestModel()
    var optimizer = candidate.make()
    optimizer.setWeightDecay(0, for: .biases || .normalization, in: model)
    model.train(&optimizer, steps: 5)

    let decaying = TestModel()
    var all = candidate.make()
    decaying.train(&all, steps: 5)
    let undecayed = TestModel()
    var none = candidate.make()
    none.weightDecay = 0
    undecayed.train(&none, steps: 5)

    #expect(model.weight.value.bits == decaying.weight.value.bits)
    #expect(model.bias.value.bits == undecayed.bias.value.bits)
    #expect(decaying.bias.value.bits != undecayed.bias.value.bits)
    #expect(optimizer.groups.weightDecay(for: model.norm.weight) == 0)
  }

  @Test(arguments: Candidate.all) func multipliersScaleTheRate(_ candidate: Candidate) {
    let model = TestModel()
    var optimizer = candidate.make()
    optimizer.setRateMultiplier(0.1, for: .path("weight"), in: model)
    model.train(&optimizer, steps: 5)

    let slow = TestModel()
    var slower = candidate.make()
    slower.learningRate *= 0.1
    slow.train(&slower, steps: 5)
    let fast = TestModel()
    var plain = candidate.make()
    fast.train(&plain, steps: 5)

    #expect(model.weight.value.bits == slow.weight.value.bits)
    #expect(model.bias.value.bits == fast.bias.value.bits)
    #expect(slow.weight.value.bits != fast.weight.value.bits)
  }

  @Test(arguments: Candidate.all) func zeroMultiplierHolds(_ candidate: Candidate) {
    let model = TestModel()
    let start = model.weight.value
    var optimizer = candidate.make()
    optimizer.setRateMultiplier(0, for: .path("weight"), in: model)
    model.train(&optimizer, steps: 3)
    #expect(model.weight.value == start)
  }

  @Test func lastSettingHolds() {
    let model = TestModel()
    var optimizer = SGD(learningRate: 0.5, weightDecay: 0.25)
    optimizer.setRateMultiplier(0.25, for: .all, in: model)
    optimizer.setRateMultiplier(0.5, for: .path("bias"), in: model)
    optimizer.setWeightDecay(0, for: .all, in: model)
    optimizer.setWeightDecay(nil, for: .path("weight"), in: model)
    #expect(optimizer.rate(for: model.weight) == 0.125)
    #expect(optimizer.rate(for: model.bias) == 0.25)
    #expect(optimizer.weightDecay(for: model.weight) == 0.25)
    #expect(optimizer.weightDecay(for: model.bias) == 0)
  }

  @Test func selectionWithoutMatchTraps() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var optimizer = SGD(learningRate: 0.1)
      optimizer.setRateMultiplier(0.1, for: .path("wight"), in: TestModel())
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("setRateMultiplier"))
    #expect(message.contains("nearest paths are: weight"))
  }

  @Test func selectionOfBuffersTraps() async {
    await #expect(processExitsWith: .failure) {
      var optimizer = SGD(learningRate: 0.1)
      optimizer.setWeightDecay(0, for: .statistics, in: TestModel())
    }
  }

  @Test func rateThatIsNotPositiveTraps() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = AdamW(learningRate: 0)
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("AdamW: the learning rate 0.0 is not a finite number above 0"))
    await #expect(processExitsWith: .failure) {
      var optimizer = AdamW()
      optimizer.learningRate = .nan
    }
  }
}
