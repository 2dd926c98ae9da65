import Testing

@testable import graft_benchmarks

@Suite struct TimingTests {
  @Test func theMedianIsTheMiddle() {
    #expect(Timing(of: [3, 1, 2]).median == 2)
    #expect(Timing(of: [4, 1, 2, 3]).median == 2.5)
    #expect(Timing(of: [3, 1, 2]).minimum == 1)
    #expect(Timing(of: [3, 1, 2]).runs == 3)
  }

  @Test func aStepRunsAsOftenAsAsked() {
    var steps = 0
    let repetition = Repetition(warmUpRuns: 4, warmUpSeconds: 0, runs: 6, seconds: 0, limit: 60)
    repetition.warmUp { steps += 1 }
    #expect(steps == 4)
    #expect(repetition.time { steps += 1 }.runs == 6)
    #expect(steps == 10)
  }

  @Test func threeRunsAreEnoughAfterTheLimit() {
    let repetition = Repetition(warmUpRuns: 0, warmUpSeconds: 0, runs: 1000, seconds: 60, limit: 0)
    #expect(repetition.time {}.runs == 3)
  }
}
