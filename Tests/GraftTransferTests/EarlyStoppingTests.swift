import GraftNN
import GraftOptim
import GraftTransfer
import Testing

@Suite struct EarlyStoppingTests {
  @Test func restoresTheBestMomentToTheLastBit() throws {
    let data = try colouredImages()
    let model = TinyNet()
    var optimizer = AdamW(learningRate: 0.02)
    var stopping = EarlyStopping(patience: 2)
    var best: [String: String] = [:]
    var stoppedAt: Int?
    for (epoch, loss) in [0.9, 0.7, 0.8, 0.7, 0.1].enumerated() {
      trainEpoch(model, &optimizer, on: data, epoch: epoch)
      if epoch == 1 { best = try bits(of: model) }
      if stopping.observe(loss, of: model) {
        stoppedAt = epoch
        break
      }
    }
    #expect(stoppedAt == 3 && stopping.best == 0.7 && stopping.bestObservation == 1)
    #expect(try bits(of: model) != best)
    stopping.restoreBest(in: model)
    #expect(try bits(of: model) == best, "parameters and running statistics")
  }

  @Test func goalsAndMinimumImprovement() {
    let model = TinyNet()
    var rising = EarlyStopping(patience: 1, minimumImprovement: 0.01, goal: .maximize)
    let stops = [0.5, 0.52, 0.525].map { rising.observe($0, of: model) }
    #expect(stops == [false, false, true])
    #expect(rising.best == 0.52)
  }

  @Test func aLossThatIsNoNumberIsNeverTheBest() {
    let model = TinyNet()
    var stopping = EarlyStopping(patience: 2)
    stopping.observe(.nan, of: model)
    #expect(stopping.best == nil && stopping.bestObservation == nil && !stopping.shouldStop)
    let stops = [1, -.infinity, .nan].map { stopping.observe($0, of: model) }
    #expect(stops == [false, false, true])
    #expect(stopping.best == 1)
  }
}
