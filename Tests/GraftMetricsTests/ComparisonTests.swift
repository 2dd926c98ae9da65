import Foundation
import GraftMetrics
import GraftTensor
import Testing

/// What `Fixtures/make_comparisons.py` wrote.
private struct ComparisonFixture: Decodable {
  struct Wilson: Decodable {
    let successes: Int
    let trials: Int
    let level: Double
    let lower: Double
    let upper: Double
  }

  struct McNemar: Decodable {
    let onlyFirst: Int
    let onlySecond: Int
    let exact: Bool
    let statistic: Double?
    let pValue: Double
  }

  struct Resampled: Decodable {
    let level: Double
    let estimate: Double
    let distribution: [Double]
    let jackknife: [Double]
    /// Lower and upper bound; so are the corrected ones.
    let percentile: [Double]
    let corrected: [Double?]
  }

  let wilson: [Wilson]
  let mcNemar: [McNemar]
  let bootstrap: [Resampled]

  static let shared: ComparisonFixture = fixture("comparisons.json")
}

@Suite struct ConfidenceIntervalTests {
  @Test(arguments: ComparisonFixture.shared.wilson.indices)
  func wilsonAgreesWithStatsmodels(_ number: Int) throws {
    let example = ComparisonFixture.shared.wilson[number]
    let interval = try #require(
      ConfidenceInterval.wilson(successes: example.successes, trials: example.trials, level: example.level))
    #expect(agree([interval.lower, interval.upper], [example.lower, example.upper]))
    #expect(interval.lower >= 0 && interval.upper <= 1)
  }

  @Test func saysItsBoundsAndConfidence() throws {
    var matrix = ConfusionMatrix(classes: 2)
    matrix.add(
      predictions: Tensor([0, 0, 1, 1, 1, 1, 1, 1, 1, 1]), labels: Tensor(repeating: 1, shape: [10]))
    #expect(try #require(matrix.accuracyInterval()).description == "0.4902…0.9433 (95 %)")
    #expect(try #require(matrix.accuracyInterval(level: 0.995)).description.hasSuffix("(99.5 %)"))
    #expect(ConfidenceInterval.wilson(successes: 0, trials: 0) == nil)
  }

  @Test func trapsAtWhatIsNoProportionOrConfidence() async {
    await #expect(processExitsWith: .failure) { _ = ConfidenceInterval.wilson(successes: 3, trials: 2) }
    await #expect(processExitsWith: .failure) {
      _ = ConfidenceInterval.wilson(successes: 1, trials: 2, level: 1)
    }
  }
}

@Suite struct McNemarTestTests {
  @Test(arguments: ComparisonFixture.shared.mcNemar.indices)
  func agreesWithStatsmodels(_ number: Int) {
    let example = ComparisonFixture.shared.mcNemar[number]
    let test = McNemarTest(onlyFirst: example.onlyFirst, onlySecond: example.onlySecond)
    #expect(test.method == (example.exact ? .exact : .chiSquare))
    #expect(agree(test.pValue, example.pValue))
    if let statistic = example.statistic { #expect(agree(test.chiSquare, statistic)) }
  }

  @Test func asManyOfEachSayNothing() {
    for count in [0, 12, 13, 500] {
      #expect(McNemarTest(onlyFirst: count, onlySecond: count).pValue == 1)
    }
  }

  @Test func countsWhatOnlyOneGetsRight() {
    let labels = Tensor<Int32>([0, 1, 2, 0, 1, 2])
    let (first, second) = (Tensor<Int32>([0, 1, 0, 1, 1, 2]), Tensor<Int32>([0, 0, 2, 2, 1, 1]))
    var (whole, parts) = (McNemarTest(), McNemarTest())
    whole.add(first: first, second: second, labels: labels)
    for rows in [0..<2, 2..<6] {
      var part = McNemarTest()
      part.add(first: first.slice(rows), second: second.slice(rows), labels: labels.slice(rows))
      parts += part
    }
    // Only the first: samples 1 and 5. Only the second: sample 2. Sample 3 is wrong in two ways.
    #expect(whole == McNemarTest(onlyFirst: 2, onlySecond: 1, sampleCount: 6))
    #expect(parts == whole)
    #expect(agree(whole.accuracyDifference, -1.0 / 6))
    // 2·(C(3,0) + C(3,1)) / 2³ = 1.
    #expect(
      whole.description == "6 samples, only the first right 2, only the second right 1: p = 1.0000 (exact)")
  }
}

@Suite struct BootstrapTests {
  @Test(arguments: ComparisonFixture.shared.bootstrap.indices)
  func levelsAreThoseOfSciPy(_ number: Int) {
    let example = ComparisonFixture.shared.bootstrap[number]
    /// The quantile by its definition: linear between neighbours.
    func quantile(_ level: Double) -> Double {
      let place = level * Double(example.distribution.count - 1)
      let (below, above) = (example.distribution[Int(place)], example.distribution[Int(place.rounded(.up))])
      return below + (above - below) * (place - place.rounded(.down))
    }
    let plain = Bootstrap.percentileLevels(example.level)
    #expect(agree([quantile(plain.0), quantile(plain.1)], example.percentile))
    let corrected = Bootstrap.correctedLevels(
      example.level, estimate: example.estimate, sorted: example.distribution, jackknife: example.jackknife)
    // Levels are a few normal quantiles away, each good to 10⁻¹⁵; between neighbours that are up to a few apart.
    if let lower = example.corrected[0], let upper = example.corrected[1] {
      #expect(abs(quantile(corrected.0) - lower) < 1e-11 && abs(quantile(corrected.1) - upper) < 1e-11)
    } else {
      // SciPy divides by the spread of the figures without one element each, which is 0 here.
      #expect(Set(example.jackknife).count == 1)
      #expect(0 <= corrected.0 && corrected.0 < corrected.1 && corrected.1 <= 1)
    }
  }

  @Test(arguments: Bootstrap.Method.allCases, [false, true])
  func meansAreThoseOfTheClosure(_ method: Bootstrap.Method, isStratified: Bool) throws {
    let values = (0..<40).map { Double(($0 * 7) % 3 == 0 ? 1 : 0) }
    let strata = isStratified ? (0..<40).map { $0 % 3 } : nil
    let bootstrap = Bootstrap(resamples: 100, method: method, seed: 4)
    let fast = try #require(bootstrap.estimate(meanOf: values, strata: strata))
    let general = try #require(
      bootstrap.estimate(samples: 40, strata: strata) { positions in
        positions.reduce(0) { $0 + values[$1] } / Double(positions.count)
      })
    #expect(fast == general)
    #expect(fast.estimate == 0.35 && fast.distribution.count == 100 && fast.undefinedCount == 0)
  }

  @Test func followsItsSeed() throws {
    let values = (0..<50).map { Double($0) }
    func result(_ seed: UInt64) throws -> BootstrapResult {
      try #require(Bootstrap(resamples: 200, seed: seed).estimate(meanOf: values))
    }
    #expect(try result(1) == result(1))
    #expect(try result(1).distribution != result(2).distribution)
  }

  @Test func strataKeepTheirSizes() throws {
    let strata = (0..<30).map { $0 < 5 ? 7 : $0 < 20 ? -1 : 2 }
    let result = Bootstrap(resamples: 50, seed: 2).estimate(samples: 30, strata: strata) { positions in
      let counts = [7, -1, 2].map { stratum in positions.filter { strata[$0] == stratum }.count }
      #expect(counts == [5, 15, 10])
      return Double(Set(positions).count)
    }
    // Not one resample is the sample itself.
    #expect(try #require(result).distribution.allSatisfy { $0 < 30 })
  }

  /// The quantity lies in as many intervals as their level says.
  @Test(arguments: Bootstrap.Method.allCases)
  func holdsTheMeanOfAKnownDistribution(_ method: Bootstrap.Method) throws {
    var generator = RandomGenerator(seed: 6)
    var hits = 0
    for experiment in 0..<300 {
      let sample = Tensor<Float>.normal([50], using: &generator).scalars.map { Double($0) + 3 }
      let bootstrap = Bootstrap(resamples: 200, level: 0.9, method: method, seed: UInt64(experiment))
      if try #require(bootstrap.estimate(meanOf: sample)).interval.contains(3) { hits += 1 }
    }
    // Of 50 normal values the interval is too narrow by √(49/50) and by normal instead of t quantiles: it holds the
    // mean in about 0.885 of cases, 200 resamples taking some 0.005 of that. Four deviations √(0.88·0.12/300) = 0.019.
    #expect(abs(Double(hits) / 300 - 0.88) < 4 * 0.019)
  }

  @Test func itsStandardErrorIsTheMeans() throws {
    let values = (0..<200).map { Double(($0 * 37) % 101) }
    let result = try #require(Bootstrap(resamples: 2000, seed: 9).estimate(meanOf: values))
    let mean = values.reduce(0, +) / 200
    let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 200).squareRoot()
    // The deviation of a standard deviation of 2000 values is 1/√4000 of it, 1.6 %.
    #expect(abs(result.standardError / (deviation / 200.0.squareRoot()) - 1) < 5 * 0.016)
    #expect(result.fraction(below: -1) == 0 && result.fraction(below: 1000) == 1)
    // The median of the resamples' means is the mean but for 1.25 · deviation / √2000 of theirs.
    #expect(abs(result.fraction(below: result.estimate) - 0.5) < 0.06)
  }

  @Test func differencesAreOfTheSameDraws() throws {
    let labels = Tensor<Int32>((0..<60).map { Int32($0 % 3) })
    let first = Tensor<Int32>((0..<60).map { Int32($0 % 5 == 0 ? 0 : $0 % 3) })
    let second = Tensor<Int32>((0..<60).map { Int32($0 % 7 == 0 ? 1 : $0 % 3) })
    func accuracy(_ predictions: Tensor<Int32>) -> ([Int]) -> Double? {
      let right = zip(predictions.scalars, labels.scalars).map { $0 == $1 ? 1.0 : 0 }
      return { positions in positions.reduce(0) { $0 + right[$1] } / Double(positions.count) }
    }
    let bootstrap = Bootstrap(resamples: 200, seed: 3)
    let fast = try #require(bootstrap.accuracyDifference(first: first, second: second, labels: labels))
    let general = try #require(
      bootstrap.difference(samples: 60, first: accuracy(first), second: accuracy(second)))
    #expect(agree(fast.estimate, general.estimate))
    #expect(agree(fast.distribution, general.distribution))
    let (a, b) = (
      try #require(bootstrap.accuracy(predictions: first, labels: labels)),
      try #require(bootstrap.accuracy(predictions: second, labels: labels, stratified: true))
    )
    #expect(agree(fast.estimate, b.estimate - a.estimate))
    // A model compared with itself differs in no resample.
    let same = try #require(bootstrap.accuracyDifference(first: first, second: first, labels: labels))
    #expect(same.interval == ConfidenceInterval(lower: 0, upper: 0, level: 0.95))
  }

  @Test func leavesOutWhatIsNotDefined() throws {
    let bootstrap = Bootstrap(resamples: 400, method: .biasCorrected, seed: 5)
    // One of four samples is positive: (3/4)⁴ of the resamples have none, deviation √(0.32·0.68/400) = 0.023.
    let result = try #require(
      bootstrap.estimate(samples: 4) { $0.contains(0) ? Double(Set($0).count) : nil })
    #expect(abs(Double(result.undefinedCount) / 400 - 0.316) < 4 * 0.023)
    #expect(result.distribution.count + result.undefinedCount == 400)
    #expect(bootstrap.estimate(samples: 4) { _ in nil } == nil)
    var calls = 0
    let onlyTheSample = bootstrap.estimate(samples: 4) { _ in
      calls += 1
      return calls == 1 ? 1 : nil
    }
    #expect(onlyTheSample == nil)
  }
}
