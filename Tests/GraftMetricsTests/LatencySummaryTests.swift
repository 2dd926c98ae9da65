import GraftMetrics
import Testing

@Suite struct LatencySummaryTests {
  @Test func agreesWithNumPy() {
    let fixture = MetricFixture.shared.latency
    var latency = LatencySummary()
    for duration in fixture.durations { latency.add(seconds: duration, items: 4) }
    for (value, expected) in zip(latency.percentiles(fixture.percents), fixture.percentiles) {
      #expect(agree(value, expected))
    }
    #expect(agree(latency.mean, fixture.mean))
    #expect(agree(latency.throughput, 4 / fixture.mean))
  }

  @Test func ofOneRunAllPercentilesAreIt() {
    var latency = LatencySummary()
    #expect(latency.percentile(50) == 0)
    latency.add(seconds: 0.5, items: 8)
    #expect(latency.percentiles([0, 50, 99, 100]) == [0.5, 0.5, 0.5, 0.5])
    #expect(
      latency.description
        == "1 runs, mean 500.0 ms, p50 500.0 ms, p90 500.0 ms, p95 500.0 ms, p99 500.0 ms, 16 items/s")
  }

  @Test func measuresWhatItRuns() {
    var latency = LatencySummary()
    let result = latency.measure(items: 3) { (0..<1000).reduce(0, +) }
    #expect(result == 499_500)
    #expect(latency.count == 1 && latency.itemCount == 3 && latency.total > 0)
  }

  @Test func leavesWarmUpOut() {
    var latency = LatencySummary(warmUp: 2)
    for seconds in [9.0, 8, 0.5, 0.25, 0.25] { latency.add(seconds: seconds, items: 10) }
    #expect(latency.durations == [0.5, 0.25, 0.25])
    #expect(latency.itemCount == 30 && latency.throughput == 30)
    var runs = 0
    let measured = LatencySummary.measuring(runs: 5, warmUp: 2, items: 3) { runs += 1 }
    #expect(runs == 7 && measured.count == 5 && measured.itemCount == 15)
  }

  @Test func partsAddUp() {
    var (whole, first, second) = (LatencySummary(), LatencySummary(), LatencySummary(warmUp: 1))
    second.add(seconds: 7)
    for seconds in [0.1, 0.3] {
      whole.add(seconds: seconds, items: 2)
      first.add(seconds: seconds, items: 2)
    }
    whole.add(seconds: 0.2)
    second.add(seconds: 0.2)
    first += second
    #expect(first.durations == whole.durations && first.itemCount == whole.itemCount)
  }
}
