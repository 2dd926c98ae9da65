import Foundation
import GraftNN
import GraftOptim
import GraftTransfer
import Testing

@Suite struct GradualUnfreezingTests {
  /// The stages of `model` in which anything is trainable, and those in which everything is.
  private func trainable(_ model: TinyNet) throws -> [String] {
    try model.stages.filter { stage in
      let flags = Set(try stage.selection.resolve(in: model).map(\.isTrainable))
      #expect(flags.count == 1, "\(stage.name) is half frozen")
      return flags == [true]
    }.map(\.name)
  }

  @Test func thawsFromTheHeadOneStageEachPhase() throws {
    let model = TinyNet()
    var optimizer = AdamW(learningRate: 1)
    let plan = GradualUnfreezing(model.stages, every: 2, rateDecay: 2.6)
    let expected = [["head"], ["body", "head"], ["stem", "body", "head"]]
    for epoch in [0, 1, 2, 3, 4, 5, 9, 3, 0] {
      plan.apply(epoch, to: model, optimizer: &optimizer)
      #expect(try trainable(model) == expected[min(epoch / 2, 2)], "epoch \(epoch)")
    }
    #expect(optimizer.rate(for: model.stem.conv.weight) == Float(1 / 6.76))
    #expect(optimizer.rate(for: model.body.conv.weight) == Float(1 / 2.6))
    #expect(optimizer.rate(for: try #require(model.head as? Linear).weight) == 1)
  }

  @Test func chainThawsEachStageAlone() throws {
    let model = TinyNet()
    var optimizer = AdamW(learningRate: 1)
    let plan = GradualUnfreezing(model.stages, order: .chainThaw)
    let expected = [["head"], ["stem"], ["body"], ["stem", "body", "head"], ["stem", "body", "head"]]
    #expect(plan.phaseCount == 4)
    for (epoch, stages) in expected.enumerated() {
      plan.apply(epoch, to: model, optimizer: &optimizer)
      #expect(try trainable(model) == stages, "epoch \(epoch)")
    }
    #expect(optimizer.rate(for: model.stem.conv.weight) == 1)
  }

  @Test func keepsNormalizationOutsideTheHeadFrozen() throws {
    let model = TinyNet()
    model.replaceHead(classes: 3, with: .concatPool(hidden: 4))
    var optimizer = AdamW(learningRate: 1)
    let plan = GradualUnfreezing(model.stages, keepingNormalizationFrozen: true)
    plan.apply(5, to: model, optimizer: &optimizer)
    #expect(model.isFrozen(.backbone && .normalization))
    #expect(try (Selection.head || !Selection.normalization).resolve(in: model).allSatisfy(\.isTrainable))
  }

  @Test func waitsForAPlateau() throws {
    let model = TinyNet()
    var optimizer = AdamW(learningRate: 1)
    var plan = GradualUnfreezing(model.stages, onPlateauOf: 2, minimumImprovement: 0.1)
    // Better, better by too little, worse: two without improvement, so the next phase.
    let losses: [(Double, Bool)] = [
      (1, false), (0.8, false), (0.75, false), (0.9, true), (0.79, false), (0.6, false), (.nan, false),
      (0.7, true), (0.7, false), (0.7, false),
    ]
    for (loss, begins) in losses {
      let hasBegun = plan.observe(loss)
      #expect(hasBegun == begins, "\(loss)")
    }
    plan.apply(0, to: model, optimizer: &optimizer)
    #expect(try trainable(model) == ["stem", "body", "head"])
  }

  @Test func aPhaseSurvivesACheckpoint() throws {
    let model = TinyNet()
    var plan = GradualUnfreezing(model.stages, onPlateauOf: 2, goal: .maximize)
    for accuracy in [0.5, 0.4, 0.4, 0.45] { plan.observe(accuracy) }
    var resumed = GradualUnfreezing(model.stages, onPlateauOf: 2, goal: .maximize)
    resumed.phase = try JSONDecoder().decode(
      GradualUnfreezing.Phase.self, from: JSONEncoder().encode(plan.phase))
    #expect(resumed == plan && resumed.phase.index == 1)
    let (going, resumedGoing) = (plan.observe(0.5), resumed.observe(0.5))
    #expect(going && resumedGoing)
    #expect(resumed == plan)
  }

  @Test func epochsAloneDecideWithoutAPlateau() {
    var plan = GradualUnfreezing(TinyNet().stages)
    for _ in 0..<9 {
      let hasBegun = plan.observe(1)
      #expect(!hasBegun)
    }
    #expect(plan.phaseIndex(inEpoch: 0) == 0 && plan.phaseIndex(inEpoch: 99) == 2)
  }
}
