import GraftTensor

/// How long a repeated piece of work took: mean, percentiles and throughput.
///
/// ```swift
/// var latency = LatencySummary()
/// for batch in validation.batches(of: 64) {
///   let logits = latency.measure(items: batch.count) { model(batch.images) }
/// }
/// print(latency)  // 16 runs, mean 12.1 ms, p50 11.9 ms, p95 13.4 ms, p99 14.0 ms, 5289 items/s
/// ```
///
/// Every duration is kept, so percentiles are exact.
public struct LatencySummary: Sendable, Hashable {
  /// The durations in seconds, in the order they were added.
  public private(set) var durations: [Double] = []

  /// The number of items that all runs worked on.
  public private(set) var itemCount = 0

  /// A summary without runs.
  public init() {}

  /// Adds a run.
  ///
  /// - Parameters:
  ///   - seconds: How long it took; traps if negative or not finite.
  ///   - items: How many things it worked on, the samples of a batch for example; traps if negative.
  public mutating func add(seconds: Double, items: Int = 1) {
    require(
      seconds >= 0 && seconds.isFinite, "LatencySummary.add: \(seconds) seconds is not a duration")
    require(items >= 0, "LatencySummary.add: \(items) items")
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

  /// The number of runs.
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
      guard let last = sorted.indices.last else { return 0 }
      let position = Double(last) * (percent / 100)
      let lower = Int(position)
      let upper = min(lower + 1, last)
      return sorted[lower] + (sorted[upper] - sorted[lower]) * (position - Double(lower))
    }
  }

  /// Items worked on per second of running; 0 without runs.
  public var throughput: Double { total > 0 ? Double(itemCount) / total : 0 }
}

extension LatencySummary: CustomStringConvertible {
  public var description: String {
    guard count > 0 else { return "no runs" }
    let values = percentiles([50, 95, 99])
    let parts = [("mean", mean), ("p50", values[0]), ("p95", values[1]), ("p99", values[2])]
    let times = parts.map { "\($0.0) \(TextTable.number($0.1 * 1000, decimals: 1)) ms" }
    let rate = TextTable.number(throughput, decimals: throughput < 10 ? 1 : 0)
    return "\(count) runs, \(times.joined(separator: ", ")), \(rate) items/s"
  }
}
