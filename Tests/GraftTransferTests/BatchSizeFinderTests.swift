import GraftAutograd
import GraftData
import GraftNN
import GraftOptim
import GraftTensor
import Testing

@testable import GraftTransfer

@Suite struct BatchSizeFinderTests {
  private struct Failure: Error {}

  /// Searches with a known memory function, as the finder does.
  private func search(budget: Int, units: Int, _ peak: (Int) -> Int) -> (best: Int, tried: [Int], most: Int) {
    var bracket = BatchSizeBracket(budget: budget, units: units)
    while let next = bracket.next { bracket.add(units: next, peakBytes: peak(next)) }
    let best = bracket.trials.filter { $0.peakBytes <= budget }.map(\.units).max() ?? 0
    return (best, bracket.trials.map(\.units), bracket.trials.map(\.peakBytes).max() ?? 0)
  }

  @Test func findsTheLargestThatFits() {
    let shapes: [(String, (Int) -> Int)] = [
      ("affine", { 1000 + 70 * $0 }),
      ("steps", { 1000 + 560 * (($0 + 7) / 8) }),
      ("flat, then steep", { 1000 + max(0, $0 - 50) * 300 }),
      ("scratch that stops growing", { 500 * min($0, 4) + 20 * $0 }),
      ("constant", { _ in 900 }),
    ]
    for (name, peak) in shapes {
      // 900, 1070 and 1560 are just what some sizes take.
      for budget in [100, 900, 1070, 1560, 2001, 3999, 8000, 30_000] {
        for limit in [1, 2, 37, 256] {
          let expected = (1...limit).last { peak($0) <= budget } ?? 0
          let (best, tried, _) = search(budget: budget, units: limit, peak)
          #expect(best == expected, "\(name), \(budget) bytes, up to \(limit): tried \(tried)")
          #expect(Set(tried).count == tried.count && tried.count <= 24, "\(tried)")
        }
      }
    }
  }

  /// Doubling alone would nearly take twice the budget.
  @Test func doesNotGoFarBeyondTheBudget() {
    for budget in stride(from: 2000, to: 60_000, by: 777) {
      let (_, tried, most) = search(budget: budget, units: 1 << 20) { 1000 + 70 * $0 }
      #expect(Double(most) <= 1.26 * Double(budget), "\(budget): \(tried)")
    }
  }

  /// In a process of its own, whose pool no other test uses. An input is 48 KiB, so that a step's memory grows by more than
  /// the pool's rounding from size to size.
  @Test func findsWhatAStepTakes() async {
    await #expect(processExitsWith: .success) {
      let data = try LabeledDataset(
        inputs: .ones([40, 3, 64, 64]), labels: Tensor((0..<40).map { Int32($0 % 3) }))
      let model = TinyNet(dropout: 0.2)
      model.freeze(.path("stem.conv"))
      let optimizer = AdamW(learningRate: 0.1)
      func search(_ budget: Int, multiple: Int = 1) -> BatchSizeSearch {
        BatchSizeFinder(budget: budget, multipleOf: multiple).run(model, optimizer: optimizer, on: data) {
          softmaxCrossEntropy(model($0.inputs), $0.labels)
        }
      }
      let before = MemoryPool.shared.statistics
      let all = search(1 << 40)
      #expect(all.batchSize == 40 && all.limit == 40, "the data set has no more")
      let peaks = all.trials.map(\.peakBytes)
      #expect(peaks == peaks.sorted() && peaks[0] < peaks[peaks.count - 1] / 2)
      // Of what it took there is nothing left that could go back to the system.
      let kept = MemoryPool.shared.statistics.bytesCached
      MemoryPool.shared.trim(to: before.bytesCached)
      #expect(MemoryPool.shared.statistics.bytesCached == kept)
      let budget = (peaks[2] + peaks[3]) / 2
      let some = search(budget)
      let found = try #require(some.batchSize)
      #expect(found >= all.trials[2].batchSize && found < all.trials[3].batchSize, "\(some)")
      #expect(some.trials.contains { $0.batchSize == found + 1 && $0.peakBytes > budget })
      #expect(some.description.contains("Up to \(found) samples fit"))
      let even = try #require(search(budget, multiple: 4).batchSize)
      #expect(even % 4 == 0 && even <= found && even > found - 4)
      #expect(search(1).batchSize == nil && search(1).trials.count == 1)

      // A real step of that size stays within the budget: what the finder keeps for itself is not in its figure.
      let real = MemoryPool.shared.peakBytesInUse {
        var trained = optimizer
        for _ in 0..<2 {
          let batches = (0..<3).map { _ in data.batches(of: found, prefetch: 0).first { _ in true } }
          guard let batch = batches[0] else { return }
          let (_, gradients) = valueAndGradients {
            softmaxCrossEntropy(model(batch.inputs), batch.labels)
          }
          trained.update(with: gradients)
          withExtendedLifetime(batches) {}
        }
      }
      let trial = try #require(some.best)
      #expect(abs(Double(real) / Double(trial.peakBytes) - 1) < 0.05, "\(real), \(trial)")
      #expect(
        MemoryPool.shared.statistics.peakBytesInUse >= max(before.peakBytesInUse, peaks[peaks.count - 1]))
    }
  }

  @Test(arguments: [false, true])
  func restoresEverything(throwing: Bool) throws {
    let data = try colouredImages(40)
    let model = TinyNet(dropout: 0.2)
    model.freeze(.path("stem.conv"))
    var optimizer = AdamW(learningRate: 0.1)
    trainEpoch(model, &optimizer, on: data)
    let before = try bits(of: model)
    let flags = model.state.map(\.isTrainable)
    let memory = optimizer.state(of: model)
    var sizes: [Int] = []
    var remembered: [Int] = []
    var drawn: [UInt64] = []
    func run() throws -> BatchSizeSearch {
      try BatchSizeFinder(budget: 1 << 40, upTo: 30, multipleOf: 8).run(
        model, optimizer: optimizer, generator: RandomGenerator(seed: 31)
      ) { size, optimizer, generator in
        sizes.append(size)
        remembered.append(optimizer.memory.parameters.count)
        drawn.append(generator.next())
        model.unfreeze()
        if throwing && size > 8 { throw Failure() }
        let batch = data.inputs(at: Array(0..<size))
        let (_, gradients) = valueAndGradients(using: &generator) { model(batch).sum() }
        optimizer.update(with: gradients)
      }
    }
    if throwing {
      #expect(throws: Failure.self) { try run() }
      #expect(sizes == [8, 8, 16])
    } else {
      #expect(try run().batchSize == 24)
      #expect(sizes == [8, 8, 16, 16, 24, 24])
      #expect(Set([drawn[0], drawn[2], drawn[4]]).count == 1, "each trial has a generator of its own")
    }
    #expect(remembered[0] == 0 && remembered[1] > 0)
    var generator = RandomGenerator(seed: 31)
    #expect(drawn[0] == generator.next() && drawn[1] != drawn[0])
    #expect(try bits(of: model) == before && model.state.map(\.isTrainable) == flags)
    let after = optimizer.state(of: model)
    #expect(after.keys.sorted() == memory.keys.sorted())
    for (name, tensor) in memory {
      #expect(after[name]?.as(Float.self) == tensor.as(Float.self))
      #expect(after[name]?.as(Int64.self) == tensor.as(Int64.self))
    }
  }

  @Test func mistakesStopTheProgram() async {
    await #expect(processExitsWith: .failure) { _ = BatchSizeFinder(budget: 0) }
    await #expect(processExitsWith: .failure) { _ = BatchSizeFinder(budget: 1, upTo: 7, multipleOf: 8) }
  }
}
