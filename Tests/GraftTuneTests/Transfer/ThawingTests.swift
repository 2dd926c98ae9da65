import GraftNN
import GraftOptim
import GraftTensor
import GraftTransfer
import GraftTune
import Testing

@Suite struct ThawingTests {
  @Test func aDepthOfAllStagesIsGradualUnfreezing() {
    for pace in 1...2 {
      let (model, reference) = (LayeredNet(), LayeredNet())
      let plan = ThawingPlan(stages: model.stages, depth: 4, epochsPerStage: pace, rateDecay: 2)
      let unfreezing = GradualUnfreezing(reference.stages, every: pace, rateDecay: 2)
      var (optimizer, other) = (SGD(learningRate: 0.1), SGD(learningRate: 0.1))
      for epoch in 0..<9 {
        plan.apply(epoch, to: model, optimizer: &optimizer)
        unfreezing.apply(epoch, to: reference, optimizer: &other)
        #expect(model.learning == reference.learning)
        #expect(rates(model, optimizer) == rates(reference, other))
      }
      #expect(model.learning.count == 4)
    }
  }

  @Test func stagesBelowTheDepthStayFrozen() {
    let model = LayeredNet()
    var optimizer = SGD(learningRate: 0.1)
    let gradual = ThawingPlan(stages: model.stages, depth: 3, epochsPerStage: 2, rateDecay: 4)
    let expected = [1, 1, 2, 2, 3, 3, 3].map { Array(["second", "third", "head"].suffix($0)) }
    for (epoch, stages) in expected.enumerated() {
      gradual.apply(epoch, to: model, optimizer: &optimizer)
      #expect(model.learning == stages)
    }
    #expect(rates(model, optimizer) == [0.1 / 16, 0.1 / 4, 0.1])
    // Another plan undoes what this one thawed.
    let atOnce = ThawingPlan(stages: model.stages, depth: 2, epochsPerStage: 0, rateDecay: 2)
    atOnce.apply(0, to: model, optimizer: &optimizer)
    #expect(model.learning == ["third", "head"])
    #expect(rates(model, optimizer) == [0.1 / 2, 0.1])
    ThawingPlan(stages: model.stages, depth: 1, epochsPerStage: 0, rateDecay: 1)
      .apply(0, to: model, optimizer: &optimizer)
    #expect(model.learning == ["head"])
  }

  @Test func paceAndDecayExistOnlyWhereMoreThanTheHeadLearns() throws {
    let thawing = ThawingParameters(stages: 4)
    let space = try SearchSpace(thawing.parameters)
    var generator = RandomGenerator(seed: 1)
    var depths: Set<Int> = []
    for _ in 0..<200 {
      let configuration = space.random(using: &generator)
      let depth = configuration[thawing.depth]
      depths.insert(depth)
      #expect((configuration.value(of: thawing.pace) != nil) == (depth > 1))
      #expect((configuration.value(of: thawing.rateDecay) != nil) == (depth > 1))
      #expect(thawing.plan(for: LayeredNet(), as: configuration).frozen.count == 4 - depth)
    }
    #expect(depths == [1, 2, 3, 4])
    // A network that is all head has nothing else to thaw.
    #expect(throws: Never.self) { try SearchSpace(ThawingParameters(stages: 1).parameters) }
  }

  @Test func theConfigurationSaysHowLongAndHowMuchSlower() throws {
    let thawing = ThawingParameters(stages: 4)
    let space = try SearchSpace(thawing.parameters)
    let configuration = Configuration([
      "thawed stages": .number(3), "epochs a stage": .number(2), "rate decay": .number(4),
    ])
    #expect(space.problem(with: configuration) == nil)
    let model = LayeredNet()
    var optimizer = SGD(learningRate: 0.1)
    let plan = thawing.plan(for: model, as: configuration)
    var learning: [Int] = []
    for epoch in 0..<6 {
      plan.apply(epoch, to: model, optimizer: &optimizer)
      learning.append(model.learning.count)
    }
    #expect(learning == [1, 1, 2, 2, 3, 3])
    #expect(rates(model, optimizer) == [0.1 / 16, 0.1 / 4, 0.1])
  }

  /// The rate of each stage that learns, from the input on.
  private func rates(_ model: LayeredNet, _ optimizer: SGD) -> [Float] {
    TransferPlan(for: model, optimizer: optimizer, samples: 10_000).rows.compactMap { $0.rates?.upperBound }
  }
}
