import GraftNN
import GraftOptim
import GraftTransfer
import Testing

@Suite struct LayerwiseDecayTests {
  @Test func dividesByTheFactorPerStage() {
    let multipliers = LayerwiseDecay.dividing(by: 2.6).multipliers(stages: 4)
    // 2.6⁻³, 2.6⁻², 2.6⁻¹, 1; correctly rounded from Double, so equal to the last bit.
    #expect(multipliers == [Float(1 / 17.576), Float(1 / 6.76), Float(1 / 2.6), 1])
  }

  @Test func spreadsGeometrically() {
    let multipliers = LayerwiseDecay.geometric(lowest: 1 / 100).multipliers(stages: 3)
    // The root is computed in Double, so at most the last bit of Float, 2⁻²³ relative, differs.
    for (multiplier, expected) in zip(multipliers, [0.01, 0.1, 1] as [Float]) {
      #expect(abs(multiplier / expected - 1) < 1.2e-7)
    }
    #expect(multipliers.last == 1)
    #expect(LayerwiseDecay.geometric(lowest: 0.01).multipliers(stages: 1) == [1])
  }

  @Test func setsTheRatesOfAllStages() throws {
    let model = TinyNet()
    var optimizer = AdamW(learningRate: 1e-2)
    LayerwiseDecay.dividing(by: 2).apply(to: model, optimizer: &optimizer)
    for entry in model.state {
      guard let parameter = entry.parameter else { continue }
      let stage = entry.path.hasPrefix("stem") ? 0 : entry.path.hasPrefix("body") ? 1 : 2
      #expect(optimizer.rate(for: parameter) == [0.0025, 0.005, 0.01][stage])
    }
  }
}
