import GraftTensor

/// How long a repeated piece of work took: mean, percentiles and throughput.
///
/// ```swift
/// var latency = LatencySummary(warmUp: 2)
/// for batch in validation.batches(of: 64) {
///   let logits = latency.measure(items: batch.count) { model(batch.images) }
/// }
/// print(latency)  // 14 runs, mean 12.1 ms, p50 11.9 ms, p90 12.8 ms, p95 13.4 ms, p99 14.0 ms, 5289 items/s
/// ```
///
/// Every duration is kept, so percentiles are exact. The first runs of a program are slower than later ones: memory is
/// touched for the first time, threads start. Warm-up runs are run and not counted.
public struct LatencySummary: Sendable, Hashable {
  /// The durations in seconds, in the order they were added.
  public private(set) var durations: [Double] = []

  /// The number of items that all runs worked on.
  public private(set) var itemCount = 0

  /// How many runs are still to be left out.
  private var pendingWarmUps: Int

  /// A summary without runs.
  ///
  /// - Parameter warmUp: how many of the first runs are left out; traps if negative. Default: none.
  public init(warmUp: Int = 0) {
    require(warmUp >= 0, "LatencySummary: \(warmUp) runs of warm-up")
    pendingWarmUps = warmUp
  }

  /// Repeats a piece of work and measures it.
  ///
  /// - Parameters:
  ///   - runs: how many runs are measured; traps if negative.
  ///   - warmUp: how many are run before. Default: 3.
  ///   - items: how many things one run works on.
  ///   - body: the work.
  public static func measuring(
    runs: Int, warmUp: Int = 3, items: Int = 1, _ body: () throws -> Void
  ) rethrows -> LatencySummary {
    require(runs >= 0, "LatencySummary.measuring: \(runs) runs")
    var latency = LatencySummary(warmUp: warmUp)
    for _ in 0..<(warmUp + runs) { try latency.measure(items: items, body) }
    return latency
  }

  /// Adds a run, or leaves it out if it is one of warm-up.
  ///
  /// - Parameters:
  ///   - seconds: How long it took; traps if negative or not finite.
  ///   - items: How many things it worked on, the samples of a batch for example; traps if negative.
  public mutating func add(seconds: Double, items: Int = 1) {
    require(
      seconds >= 0 && seconds.isFinite, "LatencySummary.add: \(seconds) seconds is not a duration")
    require(items >= 0, "LatencySummary.add: \(items) items")
    if pendingWarmUps > 0 {
      pendingWarmUps -= 1
      return
    }
    durations.append(seconds)
    itemCount += items
  }

  /// Runs `body`, adds the time it took by a clock that never goes back, and returns its result.
  public mutating func measure<Result>(items: Int = 1, _ body: () throws -> Result) rethrows -> Result {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try body()
    let elapsed = (clock.now - start).components
    add(seconds: Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18, items: items)
    return result
  }

  /// Adds the runs of another summary, of another thread for example.
  ///
  /// Throughput is then that of one of them: items for each second that any was running.
  public static func += (latency: inout LatencySummary, other: LatencySummary) {
    latency.durations += other.durations
    latency.itemCount += other.itemCount
  }

  /// The number of runs, without those of warm-up.
  public var count: Int { durations.count }

  /// The time of all runs together, in seconds.
  public var total: Double { durations.reduce(0, +) }

  /// The mean duration in seconds; 0 without runs.
  public var mean: Double { durations.isEmpty ? 0 : total / Double(count) }

  /// The duration in seconds that `percent` of the runs did not exceed; 0 without runs.
  ///
  /// Between two runs it is interpolated linearly: at position `(count − 1) · percent / 100` of the sorted
  /// durations, as NumPy does. `percentile(50)` is the median. Traps unless `percent` is in 0…100.
  public func percentile(_ percent: Double) -> Double {
    percentiles([percent])[0]
  }

  /// Several percentiles for one sorting; see ``percentile(_:)``.
  public func percentiles(_ percents: [Double]) -> [Double] {
    let sorted = durations.sorted()
    return percents.map { percent in
      require(percent >= 0 && percent <= 100, "LatencySummary: percentile \(percent) is not in 0...100")
      return sorted.isEmpty ? 0 : quantile(percent / 100, sorted: sorted)
    }
  }

  /// Items worked on per second of running; 0 without runs.
  public var throughput: Double { total > 0 ? Double(itemCount) / total : 0 }
}

extension LatencySummary: CustomStringConvertible {
  public var description: String {
    guard count > 0 else { return "no runs" }
    let values = percentiles([50, 90, 95, 99])
    let parts = [("mean", mean)] + zip(["p50", "p90", "p95", "p99"], values)
    let times = parts.map { "\($0.0) \(TextTable.number($0.1 * 1000, decimals: 1)) ms" }
    let rate = TextTable.number(throughput, decimals: throughput < 10 ? 1 : 0)
    return "\(count) runs, \(times.joined(separator: ", ")), \(rate) items/s"
  }
}
