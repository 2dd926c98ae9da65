import GraftTensor
import Testing

@testable import GraftData

@Suite struct SamplerTests {
  @Test(arguments: 0..<20 as Range<UInt64>)
  func ordersFollowFromSeedAndEpoch(_ seed: UInt64) {
    let weights = (0..<30).map { Double($0 % 4) }
    let labels = (0..<30).map { $0 % 7 % 3 }
    let samplers: [(UInt64) -> any Sampler] = [
      { .shuffled(seed: $0) }, { .weighted(weights, seed: $0) },
      { .weighted(weights, draws: 12, replacement: false, seed: $0) }, { .classBalanced(labels, seed: $0) },
      { .shuffled(seed: $0).shard(1, of: 4) },
      { .classBalanced(labels, seed: $0).shard(0, of: 7, rest: .dropped) },
    ]
    for sampler in samplers {
      let order = sampler(seed).order(of: 30, epoch: 2)
      #expect(order == sampler(seed).order(of: 30, epoch: 2))
      #expect(order.count == sampler(seed).length(of: 30))
      #expect(order.allSatisfy { (0..<30).contains($0) })
      #expect(order != sampler(seed).order(of: 30, epoch: 3))
      #expect(order != sampler(seed + 1000).order(of: 30, epoch: 2))
    }
    #expect(SequentialSampler.sequential.order(of: 4, epoch: 9) == [0, 1, 2, 3])
  }

  @Test func shufflesAsBatchesDo() throws {
    let dataset = try numberedImages(40)
    let batches = dataset.batches(of: 7, epoch: 3, shuffledBy: 5)
    #expect(batches.flatMap(\.indices) == ShuffledSampler(seed: 5).order(of: 40, epoch: 3))
  }

  @Test func emptyDataSetsHaveEmptyOrders() {
    #expect(ShuffledSampler(seed: 1).order(of: 0, epoch: 0).isEmpty)
    #expect(WeightedSampler(weights: [], seed: 1).order(of: 0, epoch: 0).isEmpty)
    #expect(ClassBalancedSampler(labels: [Int](), seed: 1).order(of: 0, epoch: 0).isEmpty)
    #expect(ShuffledSampler(seed: 1).shard(0, of: 3).order(of: 0, epoch: 0).isEmpty)
  }

  @Test func weightsAreShares() {
    let weights = [0.0, 1, 2, 5, 0]
    var counts = Array(repeating: 0, count: 5)
    let sampler = WeightedSampler(weights: weights, draws: 8000, seed: 3)
    for position in sampler.order(of: 5, epoch: 0) { counts[position] += 1 }
    #expect(counts[0] == 0 && counts[4] == 0)
    for (count, weight) in zip(counts, weights) {
      // Five standard deviations of a binomial distribution.
      let share = weight / 8
      #expect(abs(Double(count) - 8000 * share) <= 5 * (8000 * share * (1 - share)).squareRoot())
    }
  }

  @Test func withoutReplacementNothingComesTwice() {
    let weights = [3.0, 0, 1, 1]
    var firsts = Array(repeating: 0, count: 4)
    var lastPairs = Array(repeating: 0, count: 4)
    for epoch in 0..<4000 {
      let order = WeightedSampler(weights: weights, replacement: false, seed: 1).order(of: 4, epoch: epoch)
      #expect(order.sorted() == [0, 2, 3])
      firsts[order[0]] += 1
      lastPairs[order[2]] += 1
    }
    // First: 3/5 and 1/5 each. Last: the heavy one with 2 · 1/5 · 1/4 = 1/10, the others with 9/20. Deviations: at most
    // √(4000 / 4) = 32, taken five times.
    for (count, share) in zip(firsts, [0.6, 0, 0.2, 0.2]) { #expect(abs(Double(count) - 4000 * share) < 160) }
    for (count, share) in zip(lastPairs, [0.1, 0, 0.45, 0.45]) {
      #expect(abs(Double(count) - 4000 * share) < 160)
    }
  }

  @Test(arguments: [20, 21, 22, 7, 300])
  func classesComeEquallyOften(_ draws: Int) {
    let labels = Array(repeating: 4, count: 15) + Array(repeating: 0, count: 4) + [9]
    var seen: Set<Int> = []
    for epoch in 0..<30 {
      let order = ClassBalancedSampler(labels: labels, draws: draws, seed: 2).order(of: 20, epoch: epoch)
      #expect(order.count == draws)
      let counts = [4, 0, 9].map { label in order.filter { labels[$0] == label }.count }
      #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
      // Within a class, too, no sample is drawn more often than another by more than one.
      let ofFour = (15..<19).map { position in order.filter { $0 == position }.count }
      #expect((ofFour.max() ?? 0) - (ofFour.min() ?? 0) <= 1)
      seen.formUnion(order)
    }
    // The class of 15 is drawn from at least six times an epoch: one of its samples is never seen with a probability of
    // (9/15)^30 = 10⁻⁷.
    if draws >= 20 { #expect(seen.count == 20) }
  }

  @Test(arguments: 1..<7, [0, 1, 5, 12, 13])
  func shardsMakeUpTheOrder(_ shards: Int, _ count: Int) {
    let base = ShuffledSampler(seed: 8)
    let whole = base.order(of: count, epoch: 1)
    for rest in [ShardedSampler<ShuffledSampler>.Rest.repeated, .dropped] {
      let parts = (0..<shards).map { base.shard($0, of: shards, rest: rest).order(of: count, epoch: 1) }
      let lengths = Set(parts.map(\.count))
      #expect(lengths == [base.shard(0, of: shards, rest: rest).length(of: count)])
      let common = (0..<parts[0].count).flatMap { step in parts.map { $0[step] } }
      switch rest {
      case .repeated:
        #expect(common.count >= count && common.count < count + shards)
        #expect(Array(common.prefix(count)) == whole)
      case .dropped:
        #expect(common.count <= count && common.count > count - shards)
        #expect(common == Array(whole.prefix(common.count)))
      }
    }
  }

  @Test func whatCannotBeDrawnStops() async {
    await #expect(processExitsWith: .failure) { _ = WeightedSampler(weights: [1, -1], seed: 1) }
    await #expect(processExitsWith: .failure) { _ = WeightedSampler(weights: [0, 0], draws: 1, seed: 1) }
    await #expect(processExitsWith: .failure) {
      _ = WeightedSampler(weights: [1, 0, 1], draws: 3, replacement: false, seed: 1)
    }
    await #expect(processExitsWith: .failure) {
      _ = WeightedSampler(weights: [1], seed: 1).order(of: 2, epoch: 0)
    }
    await #expect(processExitsWith: .failure) { _ = ShuffledSampler(seed: 1).shard(2, of: 2) }
  }
}

@Suite struct ClassWeightingTests {
  @Test func balanced() throws {
    // As scikit-learn's compute_class_weight("balanced") has them: 8 / (3 · [1, 2, 5]).
    let weights = ClassWeighting.balanced.weights(frequencies: [1, 2, 5]).scalars
    #expect(weights == [Float(8.0 / 3), Float(8.0 / 6), Float(8.0 / 15)])
    let labels = Tensor<Int32>([0, 1, 1, 2, 2, 2, 2, 2])
    let dataset = try LabeledDataset(inputs: .zeros([8, 1]), labels: labels)
    #expect(dataset.classWeights().scalars == weights)
  }

  @Test func scaledSchemes() {
    let roots = ClassWeighting.inverseSquareRoot.weights(frequencies: [1, 4, 16]).scalars
    // 1, 1/2, 1/4 divided by their mean, 7/12.
    #expect(roots == [Float(12.0 / 7), Float(6.0 / 7), Float(3.0 / 7)])
    // β = 1/2: effective numbers 1, 1.5, 1.75, so weights 1, 2/3, 4/7 of sum 47/21.
    let effective = ClassWeighting.effectiveNumber(beta: 0.5).weights(frequencies: [1, 2, 3]).scalars
    for (found, expected) in zip(effective, [63.0 / 47, 42.0 / 47, 36.0 / 47]) {
      #expect(abs(Double(found) - expected) < 1e-7)
    }
    #expect(ClassWeighting.effectiveNumber(beta: 0).weights(frequencies: [3, 90]).scalars == [1, 1])
    // Towards β = 1 each sample counts anew: 1/10 to 1/1000.
    let limit = ClassWeighting.effectiveNumber(beta: 1 - 1e-12).weights(frequencies: [10, 1000]).scalars
    #expect(abs(limit[0] / limit[1] - 100) < 1e-4)
  }

  @Test func classesWithoutSamples() {
    for weighting in [ClassWeighting.balanced, .inverseSquareRoot, .effectiveNumber(beta: 0.9)] {
      let weights = weighting.weights(frequencies: [0, 6, 2, 0]).scalars
      #expect(weights[0] == 0 && weights[3] == 0)
      #expect(Array(weights[1...2]) == weighting.weights(frequencies: [6, 2]).scalars)
      #expect(weighting.weights(frequencies: [0, 0]).scalars == [0, 0])
      #expect(weighting.weights(frequencies: []).scalars == [])
    }
  }
}
