import GraftNN
import GraftOptim
import GraftTransfer
import Testing

@Suite struct TransferPlanTests {
  @Test func countsWhatEachStageWillDo() {
    let model = TinyNet()
    model.freeze(.stage(0))
    var optimizer = AdamW(learningRate: 0.01)
    LayerwiseDecay.dividing(by: 10).apply(to: model, optimizer: &optimizer)
    let plan = TransferPlan(for: model, optimizer: optimizer, samples: 5000)
    // 4·3·9 + 2·4 parameters; 5·4·9 + 2·5; 5·3 + 3.
    #expect(plan.rows.map(\.stage) == ["stem", "body", "head"])
    #expect(plan.rows.map(\.parameters) == [116, 190, 18])
    #expect(plan.rows.map(\.trainable) == [0, 190, 18])
    #expect(plan.rows.map(\.statistics) == [.frozen, .adapting, .none])
    #expect(plan.rows.map(\.rates) == [nil, 0.001...0.001, 0.01...0.01])
    #expect(plan.warnings.isEmpty)
  }

  @Test func warnsOfWhatIsRarelyMeant() {
    let model = TinyNet()
    let optimizer = AdamW(learningRate: 0.01)
    func warnings(samples: Int? = nil) -> [TransferPlan.Warning] {
      TransferPlan(for: model, optimizer: optimizer, samples: samples).warnings
    }
    #expect(warnings() == [.headAtBackboneRate(stages: ["stem", "body"])])
    model.freeze()
    #expect(warnings() == [.nothingTrainable])
    model.unfreeze(.stage(0) && .biases)
    #expect(warnings() == [.headFrozen])
    model.freeze()
    model.unfreeze(.head)
    #expect(warnings(samples: 10).isEmpty)
    model.unfreeze(.stage(1) && .statistics)
    #expect(
      warnings(samples: 10) == [
        .statisticsAdapting(stages: ["body"], samples: 10), .driftingNormalization(stages: ["body"]),
      ])
    #expect(warnings(samples: 1000) == [.driftingNormalization(stages: ["body"])])
  }

  @Test func printsATableAndItsWarnings() {
    let model = TinyNet()
    model.freeze()
    let text = TransferPlan(for: model, optimizer: SGD(learningRate: 0.5)).description
    #expect(
      text == """
        stage  parameters  trainable  statistics  rate
        stem          116          0      frozen     –
        body          190          0      frozen     –
        head           18          0           –     –
        total         324          0                  \("")
        warning: nothing is trainable: unfreeze the head at least
        """)
  }
}
