import Foundation
import Testing

@testable import graft_benchmarks

@Suite struct OutcomeTests {
  private let outcome = Outcome(
    work: "gemm_256", seconds: 0.0002, minimum: 0.00019, runs: 7, threads: 1, peakMemory: 21.25,
    baseMemory: 9.5, gflops: 150,
    systemAllocations: 0, beside: nil)

  @Test func aLineOfJSONComesBackAsItWas() throws {
    #expect(!outcome.json.contains("\n"))
    #expect(try JSONDecoder().decode(Outcome.self, from: Data(outcome.json.utf8)) == outcome)
  }

  @Test func aRateThatMakesNoSenseIsNull() {
    let loading = Outcome(
      work: "load", seconds: 1, minimum: 1, runs: 3, threads: 1, peakMemory: 1, baseMemory: 1, gflops: nil,
      systemAllocations: 0, beside: 2e-9)
    #expect(loading.json.contains("\"gflops\": null"))
    #expect(loading.json.contains("\"beside_seconds\": 2e-09"))
  }

  @Test func theTableShowsTheShareOfTheLimit() {
    let limits = [
      MachineLimits(threads: 1, gflops: 200, copyRate: 9),
      MachineLimits(threads: 2, gflops: 400, copyRate: 11),
    ]
    let table = OutcomeTable(limits: limits, outcomes: [outcome]).description
    #expect(table.contains("75 %"))
    #expect(table.contains("200.0 µs"))
    #expect(
      OutcomeTable.describe(limits).hasPrefix("1 thread: at most 200 GFLOP/s, copies 9.0 GB/s\n2 threads"))
  }

  @Test func aWorkloadIsMeasured() throws {
    let outcome = try Perceptron().measure(.quick)
    #expect(outcome.work == "mlp_b32" && outcome.runs >= 3)
    #expect(outcome.seconds > 0 && outcome.minimum <= outcome.seconds)
    #expect(outcome.gflops ?? 0 > 0 && outcome.peakMemory > 0)
  }

  @Test func waitingIsGivenAsAShareOfTheTime() throws {
    final class Clock { var waited = Duration.zero }
    struct Loading: Workload {
      let name = "loading"
      func prepare() -> Prepared {
        let clock = Clock()
        return Prepared(
          waiting: { clock.waited },
          step: {
            clock.waited += ContinuousClock().measure { usleep(20_000) }
            usleep(60_000)
          })
      }
    }
    let outcome = try Loading().measure(.quick)
    // A quarter, as exactly as a busy machine keeps to what sleeping is asked for. The warm-up does not count.
    let share = try #require(outcome.waitingShare)
    #expect(share > 0.1 && share < 0.5)
    // The text has memory rounded, the share as it is.
    #expect(
      try JSONDecoder().decode(Outcome.self, from: Data(outcome.json.utf8)).waitingShare == share)
    #expect(OutcomeTable(limits: [], outcomes: [outcome]).description.contains("waiting for the next batch"))
  }

  @Test func whatStandsBesideIsSubtracted() throws {
    struct Waiting: Workload {
      let name = "waiting"
      func prepare() -> Prepared {
        Prepared(pieces: 2, beside: { usleep(60_000) }, step: { usleep(60_000) })
      }
    }
    let outcome = try Waiting().measure(.quick)
    // Half of 60 ms less half of 60 ms; 30 ms and more if nothing were subtracted. Sleeping takes longer than asked.
    #expect(outcome.seconds < 0.025)
    #expect(try #require(outcome.beside) >= 0.03)
  }
}
