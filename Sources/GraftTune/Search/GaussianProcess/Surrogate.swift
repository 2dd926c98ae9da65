import GraftTensor

/// A Gaussian process of the trials of a study, with those that have no value yet.
struct Surrogate {
  let process: GaussianProcess
  /// The least believed cost of a trial that ended.
  let best: Double

  /// How many observations the settings are learned from: more cost the third power and tell little.
  static let learned = 120

  init(
    encoding: FeatureEncoding, configurations: [Configuration], values: [Double], pending: [Configuration],
    failed: [Configuration], using generator: inout RandomGenerator
  ) {
    let rows = configurations.map(encoding.features)
    let settings = Surrogate.settings(rows, values, encoding.isCategory, using: &generator)
    let learned = GaussianProcess(
      settings: settings, isCategory: encoding.isCategory, points: rows.flatMap { $0 }, values: values)
    best = rows.map { learned.belief(at: $0).mean }.min() ?? 0

    guard !pending.isEmpty || !failed.isEmpty else {
      process = learned
      return
    }
    let (waiting, lost) = (pending.map(encoding.features), failed.map(encoding.features))
    let worst = values.max() ?? 0
    process = GaussianProcess(
      settings: settings, isCategory: encoding.isCategory, points: (rows + waiting + lost).flatMap { $0 },
      values: values + waiting.map { learned.belief(at: $0).mean } + lost.map { _ in worst },
      mean: learned.mean)
  }

  func logExpectedImprovement(_ features: [Double]) -> Double {
    LogExpectedImprovement.value(process.belief(at: features), best: best)
  }

  func logExpectedImprovementWithGradient(_ features: [Double]) -> (value: Double, gradient: [Double]) {
    let (belief, mean, variance) = process.beliefWithGradient(at: features)
    let improvement = LogExpectedImprovement.valueWithSlopes(belief, best: best)
    return (
      improvement.value,
      zip(mean, variance).map { $0 * improvement.mean + $1 * improvement.variance }
    )
  }

  /// Settings learned from the best third of what is learned from and an even choice of the rest.
  private static func settings(
    _ rows: [[Double]], _ values: [Double], _ isCategory: [Bool], using generator: inout RandomGenerator
  ) -> GaussianProcessSettings {
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
    return likelihood.mostProbable(startingFrom: starts)
  }
}
