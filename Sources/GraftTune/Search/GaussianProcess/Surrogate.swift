import Foundation
import GraftTensor

/// What is believed of the trials of a study, with those that have no value yet: several Gaussian processes, equally probable.
///
/// They differ in their settings, and the improvement is expected over all of them.
struct Surrogate {
  private let processes: [GaussianProcess]
  /// For each process, the least believed cost of a trial that ended or runs.
  private let bests: [Double]

  /// How many observations the settings are learned from: more cost the third power and tell little.
  static let learned = 120

  init(
    encoding: FeatureEncoding, configurations: [Configuration], values: [Double], pending: [Configuration],
    failed: [Configuration], using generator: inout RandomGenerator
  ) {
    let rows = configurations.map(encoding.features)
    let (waiting, lost) = (pending.map(encoding.features), failed.map(encoding.features))
    let worst = values.max() ?? 0
    let believed = Surrogate.settings(rows, values, encoding.isCategory, using: &generator).map { settings in
      let learned = GaussianProcess(
        settings: settings, isCategory: encoding.isCategory, points: rows.flatMap { $0 }, values: values)
      let expected = waiting.map { learned.belief(at: $0).mean }
      let best = (rows.map { learned.belief(at: $0).mean } + expected).min() ?? 0
      guard !waiting.isEmpty || !lost.isEmpty else { return (process: learned, best: best) }
      let process = GaussianProcess(
        settings: settings, isCategory: encoding.isCategory, points: (rows + waiting + lost).flatMap { $0 },
        values: values + expected + lost.map { _ in worst }, mean: learned.mean)
      return (process, best)
    }
    processes = believed.map(\.process)
    bests = believed.map(\.best)
  }

  func logExpectedImprovement(_ features: [Double]) -> Double {
    let terms = zip(processes, bests).map {
      LogExpectedImprovement.value($0.belief(at: features), best: $1)
    }
    return Surrogate.logMean(terms).value
  }

  func logExpectedImprovementWithGradient(_ features: [Double]) -> (value: Double, gradient: [Double]) {
    let terms = zip(processes, bests).map { process, best in
      let (belief, mean, variance) = process.beliefWithGradient(at: features)
      let improvement = LogExpectedImprovement.valueWithSlopes(belief, best: best)
      return (
        value: improvement.value,
        gradient: zip(mean, variance).map { $0 * improvement.mean + $1 * improvement.variance }
      )
    }
    let (value, shares) = Surrogate.logMean(terms.map(\.value))
    var gradient = [Double](repeating: 0, count: features.count)
    for (share, term) in zip(shares, terms) {
      for index in gradient.indices { gradient[index] += share * term.gradient[index] }
    }
    return (value, gradient)
  }

  /// The logarithm of the mean of numbers whose logarithms these are, and the share of each in it.
  private static func logMean(_ logarithms: [Double]) -> (value: Double, shares: [Double]) {
    let largest = logarithms.max() ?? 0
    let parts = logarithms.map { exp($0 - largest) }
    let sum = parts.reduce(0, +)
    return (largest + log(sum / Double(parts.count)), parts.map { $0 / sum })
  }

  /// Settings learned from the best third of what is learned from and an even choice of the rest: several draws, fewer where there is
  /// much to learn from, since they differ less then and cost more.
  private static func settings(
    _ rows: [[Double]], _ values: [Double], _ isCategory: [Bool], using generator: inout RandomGenerator
  ) -> [GaussianProcessSettings] {
    var chosen = Array(rows.indices)
    if chosen.count > learned {
      let order = chosen.sorted { (values[$0], $0) < (values[$1], $1) }
      let rest = order.dropFirst(learned / 3)
      let count = learned - learned / 3
      chosen = order.prefix(learned / 3) + (0..<count).map { rest[rest.startIndex + $0 * rest.count / count] }
    }
    let likelihood = MarginalLikelihood(
      points: chosen.flatMap { rows[$0] }, values: chosen.map { values[$0] }, isCategory: isCategory)
    let features = isCategory.count
    let usual = GaussianProcessSettings(logarithms: likelihood.prior.locations)
    var starts = [usual]
    starts.append(
      GaussianProcessSettings(
        lengths: Array(repeating: 0.4, count: features), variance: 1, noiseVariance: 1e-4))
    starts.append(
      GaussianProcessSettings(
        lengths: (0..<features).map { _ in generator.bernoulli(probability: 0.5) ? 0.3 : 3 }, variance: 1,
        noiseVariance: 1e-2))
    return likelihood.draws(
      min(max(400 / rows.count, 2), 8), startingFrom: likelihood.mostProbable(startingFrom: starts),
      using: &generator)
  }
}
