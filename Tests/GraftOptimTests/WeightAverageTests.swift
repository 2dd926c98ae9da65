import GraftNN
import GraftOptim
import GraftTensor
import Testing

/// Averages of weights against `torch.optim.swa_utils`, and the model around them.
@Suite struct WeightAverageTests {
  struct Content: Decodable {
    let weights: [[Float]]
    let exponential: [[Float]]
    let equal: [[Float]]
  }

  struct Failure: Error {}

  @Test(arguments: [WeightAverage.Weighting.exponential(decay: 0.8), .equal])
  func followsTheFixture(_ weighting: WeightAverage.Weighting) throws {
    let content = try Fixture.json("averages.json", as: Content.self)
    let expected = weighting == .equal ? content.equal : content.exponential
    let model = TestModel(weight: .zeros([5]))
    var average = WeightAverage(of: model, weighting)
    for (row, values) in zip(content.weights, expected) {
      model.weight.value = Tensor(row)
      model.norm.runningMean.value = Tensor(Array(row.prefix(4)))
      average.update()
      average.applied {
        // Three roundings an update, of values up to 3: 3 · 6e-8 · 3, some of which is kept for the next one.
        #expect((model.weight.value - Tensor(values)).abs().max().scalar < 2e-6)
        #expect((model.norm.runningMean.value - Tensor(Array(values.prefix(4)))).abs().max().scalar < 2e-6)
      }
      #expect(model.weight.value.scalars == row)
    }
  }

  @Test func ownWeightsComeBackAlsoAfterAnError() {
    let model = TestModel()
    var average = WeightAverage(of: model, .equal)
    average.update()
    model.weight.value = model.weight.value + 1
    model.norm.count.value = Tensor(7)
    let own = model.weight.value.bits
    #expect(throws: Failure.self) {
      try average.applied {
        #expect(model.weight.value.bits != own)
        #expect(model.norm.count.value.scalar == 0)
        throw Failure()
      }
    }
    #expect(model.weight.value.bits == own)
    #expect(model.norm.count.value.scalar == 7)
  }

  @Test func countersAreTakenOverAndWhatStandsStillStays() {
    let model = TestModel()
    let bias = model.bias.value
    var average = WeightAverage(of: model, .exponential(decay: 0.5))
    for count in 1...5 {
      model.norm.count.value = Tensor(Int64(count))
      model.weight.value = model.weight.value * 1.5
      average.update()
    }
    average.apply()
    #expect(model.norm.count.value.scalar == 5)
    #expect(model.bias.value == bias)
  }

  @Test func resumesToTheBit() throws {
    let model = TestModel()
    var average = WeightAverage(of: model, .equal)
    func move() { model.weight.value = model.weight.value * 1.25 }
    average.update()
    move()
    average.update()
    var resumed = WeightAverage(of: model, .equal)
    try resumed.load(average.state)
    move()
    average.update()
    resumed.update()
    #expect(resumed.updates == 3)
    let values = [average, resumed].map { average in average.applied { model.weight.value.bits } }
    #expect(values[0] == values[1])
    #expect(values[0] != model.weight.value.bits)
  }

  @Test func faultyStateChangesNothing() {
    let model = TestModel()
    var average = WeightAverage(of: model, .equal)
    average.update()
    var saved = average.state
    average.update()
    saved["average.bias"] = AnyTensor(Tensor<Float>.zeros([9]))
    #expect(
      throws: OptimizerStateError.mismatched(
        name: "average.bias", expected: "float32 [3]", found: "float32 [9]")
    ) { try average.load(saved) }
    saved["average.bias"] = nil
    #expect(throws: OptimizerStateError.missing(name: "average.bias")) { try average.load(saved) }
    saved = average.state
    saved["average.head"] = AnyTensor(Tensor<Float>.zeros([9]))
    #expect(throws: OptimizerStateError.unexpected(names: ["average.head"])) { try average.load(saved) }
    #expect(average.updates == 2)
  }

  @Test func averageOfNothingTraps() async {
    await #expect(processExitsWith: .failure) {
      WeightAverage(of: TestModel()).apply()
    }
  }
}
