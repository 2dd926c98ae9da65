import Foundation
import GraftData
import GraftNN
import GraftOptim
import GraftTensor
import Testing

@testable import GraftTransfer

@Suite struct FineTuningTests {
  /// fastai's schedule from its definition: a half cosine between two values at a fraction of the way.
  private func cycle(peak: Double, position: Double, rise: Double, divisor: Double) -> Double {
    func cosine(_ start: Double, _ end: Double, _ fraction: Double) -> Double {
      start + (1 + cos(.pi * (1 - fraction))) * (end - start) / 2
    }
    return position < rise
      ? cosine(peak / divisor, peak, position / rise)
      : cosine(peak, peak / 1e5, (position - rise) / (1 - rise))
  }

  @Test func fineTuneFollowsFastaisRates() throws {
    let data = try colouredImages()
    let model = TinyNet()
    var optimizer = AdamW()
    var rates: [Float] = []
    var frozen: [Bool] = []
    try fineTune(
      model, optimizer: &optimizer, on: data, epochs: 3, frozenEpochs: 2, rate: 0.01,
      options: TrainingOptions(batchSize: 8)
    ) { progress in
      rates.append(progress.rate)
      frozen.append(model.isFrozen(.backbone))
      #expect(progress.step == rates.count && progress.steps == 15 && progress.epochs == 5)
    }
    let first = (0..<6).map { cycle(peak: 0.01, position: Double($0) / 6, rise: 0.99, divisor: 25) }
    let second = (0..<9).map { cycle(peak: 0.005, position: Double($0) / 9, rise: 0.3, divisor: 5) }
    // The formulas differ in the order of operations in Double, the results in the last bit of Float at most.
    #expect(rates.count == 15)
    for (rate, expected) in zip(rates, first + second) { #expect(abs(Double(rate) / expected - 1) < 2e-7) }
    #expect(frozen == Array(repeating: true, count: 6) + Array(repeating: false, count: 9))
    #expect(abs(optimizer.groups.rateMultiplier(for: model.stem.conv.weight) - 0.01) < 1e-8)
    #expect(abs(optimizer.groups.rateMultiplier(for: model.body.conv.weight) - 0.1) < 1e-7)
  }

  @Test func fineTuneLearnsAndFreezesFirst() throws {
    let data = try colouredImages()
    let model = TinyNet()
    let base = try bits(of: model, .backbone)
    var optimizer = AdamW()
    let before = evaluate(model, on: data).logLoss
    var evaluations: [Double] = []
    try fineTune(
      model, optimizer: &optimizer, on: data, validation: data, epochs: 10, frozenEpochs: 1, rate: 0.05,
      options: TrainingOptions(batchSize: 8)
    ) { progress in
      if let evaluation = progress.evaluation { evaluations.append(evaluation.logLoss) }
      if progress.epoch == 0 { #expect((try? bits(of: model, .backbone)) == base) }
    }
    #expect(evaluations.count == 11)
    #expect(evaluate(model, on: data).logLoss < 0.7 * before)
    #expect(try bits(of: model, .backbone).allSatisfy { base[$0.key] != $0.value })
  }

  @Test func fineTuneGraduallyFollowsULMFiT() throws {
    let data = try colouredImages()
    let model = TinyNet()
    var optimizer = SGD(learningRate: 1)
    var rates: [Float] = []
    var thawed: [Int] = []
    try fineTuneGradually(
      model, optimizer: &optimizer, on: data, epochs: 10, rate: 0.02, options: TrainingOptions(batchSize: 8)
    ) { progress in
      rates.append(progress.rate)
      thawed.append(model.stages.filter { !model.isFrozen($0.selection) }.count)
    }
    // Howard and Ruder's equation 3 for T = 30 steps, cut 0.1, ratio 32.
    let expected = (0..<30).map { step -> Double in
      let cut = 3.0
      let t = Double(step)
      let p = t < cut ? t / cut : 1 - (t - cut) / (cut * (1 / 0.1 - 1))
      return 0.02 * (1 + p * 31) / 32
    }
    for (rate, value) in zip(rates, expected) { #expect(abs(Double(rate) / value - 1) < 1e-6) }
    #expect(rates.count == 30)
    #expect(thawed == [1, 1, 1, 2, 2, 2] + Array(repeating: 3, count: 24))
    #expect(optimizer.groups.rateMultiplier(for: model.stem.conv.weight) == Float(1 / 6.76))
  }

  /// A whole fine-tuning with dropout, shuffling, augmentation and clipping, on one and on two threads.
  @Test func sameSeedSameBitsOnAnyNumberOfThreads() throws {
    func run(threads: Int, seed: UInt64) throws -> [String: String] {
      try ComputeThreads.withCount(threads) {
        let data = try colouredImages()
        let model = TinyNet(dropout: 0.3)
        model.replaceHead(classes: 3, with: .concatPool(hidden: 6), seed: seed)
        var optimizer = AdamW()
        try fineTune(
          model, optimizer: &optimizer, on: data, epochs: 2,
          options: TrainingOptions(
            batchSize: 7, seed: seed, augmentation: PaddedCrop(padding: 1) + HorizontalFlip(),
            gradientLimit: 1))
        return try bits(of: model)
      }
    }
    let once = try run(threads: 1, seed: 4)
    #expect(try run(threads: 1, seed: 4) == once)
    #expect(try run(threads: 2, seed: 4) == once)
    #expect(try run(threads: 1, seed: 5) != once)
  }

  /// One image of the last batch is spoilt: its forward pass moves the running statistics to NaN before the loss shows it.
  @Test func aLossThatIsNoNumberStopsTheRunAndChangesNothing() throws {
    let whole = try colouredImages()
    let last = try #require(Array(whole.batches(of: 8, shuffledBy: 0, prefetch: 0)).last)
    var inputs = whole.inputs
    inputs.setElement(last.indices[0], 0, 0, 0, to: .nan)
    let data = whole.replacingInputs(with: inputs)
    let model = TinyNet()
    var optimizer = AdamW()
    var before = try bits(of: model)
    var steps = 0
    let error = #expect(throws: TrainingError.self) {
      try fineTune(
        model, optimizer: &optimizer, on: data, epochs: 1, frozenEpochs: 0,
        options: TrainingOptions(batchSize: 8)
      ) { _ in
        steps += 1
        before = (try? bits(of: model)) ?? [:]
      }
    }
    #expect(error?.description.contains("nan") == true && steps == 2)
    #expect(try bits(of: model) == before)
  }

  @Test func aRateThatIsNotPositiveTraps() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var optimizer = AdamW()
      try fineTune(TinyNet(), optimizer: &optimizer, on: colouredImages(), epochs: 1, rate: 0)
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("fineTune: the learning rate 0.0"))
    let gradual = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var optimizer = AdamW()
      try fineTuneGradually(TinyNet(), optimizer: &optimizer, on: colouredImages(), epochs: 1, rate: .nan)
    }
    let other = String(decoding: gradual?.standardErrorContent ?? [], as: UTF8.self)
    #expect(other.contains("fineTuneGradually: the learning rate nan"))
  }

  @Test func batchesWithoutSamplesTrap() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var optimizer = AdamW()
      try fineTune(
        TinyNet(), optimizer: &optimizer, on: colouredImages(), epochs: 1,
        options: TrainingOptions(batchSize: 0))
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("fine-tuning: batches of 0 samples"))
  }
}
