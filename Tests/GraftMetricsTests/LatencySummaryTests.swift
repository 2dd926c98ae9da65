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
        == "1 runs, mean 500.0 ms, p50 500.0 ms, p95 500.0 ms, p99 500.0 ms, 16 items/s")
  }

  @Test func measuresWhatItRuns() {
    var latency = LatencySummary()
    let result = latency.measure(items: 3) { (0..<1000).reduce(0, +) }
    #expect(result == 499_500)
    #expect(latency.count == 1 && latency.itemCount == 3 && latency.total > 0)
  }
}
