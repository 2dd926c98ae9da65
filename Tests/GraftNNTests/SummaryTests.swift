import GraftNN
import GraftTensor
import Testing

@Suite struct SummaryTests {
  private func network() -> Sequential {
    Sequential {
      Conv2D(weight: .ones([4, 3, 3, 3]), geometry: Convolution2D(padding: (1, 1)))
      BatchNorm2D(4)
      ReLU()
      GlobalAveragePool2D()
      Linear(weight: .ones([1000, 4]), bias: .zeros([1000]))
    }
  }

  @Test func showsShapesCountsAndTrainability() {
    let model = network()
    (model[1] as? BatchNorm2D)?.weight?.isTrainable = false
    (model[0] as? Conv2D)?.weight.isTrainable = false
    let summary = model.summary(input: [2, 3, 5, 6])
    #expect(
      summary.description == """
        path     type                 output        parameters  state
        ─────────────────────────────────────────────────────────────────────
        (model)  Sequential           [2, 1000]              –
        0        Conv2D               [2, 4, 5, 6]         108  frozen
        1        BatchNorm2D          [2, 4, 5, 6]           8  partly frozen
        2        ReLU                 [2, 4, 5, 6]           –
        3        GlobalAveragePool2D  [2, 4]                 –
        4        Linear               [2, 1000]          5,000  trainable
        ─────────────────────────────────────────────────────────────────────
        5,116 parameters: 5,004 trainable, 112 frozen
        """)
    #expect(summary.rows.map(\.outputShape).contains([2, 4]))
  }

  /// Looking at a model must not train it.
  @Test func leavesTheModelAsItIs() {
    let model = network()
    let before = model.fingerprint()
    _ = model.summary(input: [1, 3, 4, 4])
    #expect(model.fingerprint() == before)
  }

  @Test func countsAModelThatCannotRun() {
    let summary = Embedding(weight: .ones([3, 2])).summary()
    #expect(summary.parameterCount == 6)
    #expect(summary.rows.count == 1 && summary.rows[0].outputShape == nil)
  }
}
