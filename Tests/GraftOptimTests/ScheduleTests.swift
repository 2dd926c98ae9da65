import Foundation
import GraftOptim
import Testing

/// Sixty rates of each schedule against PyTorch's.
@Suite struct ScheduleTests {
  struct Content: Decodable {
    let rates: [String: [Double]]
    let momenta: [String: [Double]]
  }

  static let longCycle = OneCycle(peak: 0.5, over: 60)
  static let linearCycle = OneCycle(
    peak: 0.5, over: 60, rise: 0.42, startDivisor: 10, endDivisor: 100, annealing: .linear)

  static let schedules: [(name: String, schedule: any Schedule)] = [
    ("step", StepDecay(from: 0.1, every: 7, factor: 0.3)),
    ("multi_step", MultiStepDecay(from: 0.1, at: [5, 20, 21, 50], factor: 0.3)),
    ("exponential", ExponentialDecay(from: 0.1, factor: 0.93)),
    ("cosine", CosineAnnealing(from: 0.1, to: 0.01, over: 25)),
    ("restarts", CosineWarmRestarts(from: 0.1, to: 0.01, period: 7)),
    ("growing_restarts", CosineWarmRestarts(from: 0.1, period: 5, growth: 2)),
    ("linear", LinearRamp(from: 0.025, to: 0.075, over: 17)),
    ("polynomial", PolynomialDecay(from: 0.1, over: 40, power: 1.7)),
    ("one_cycle", longCycle),
    ("one_cycle_linear", linearCycle),
    ("warm_up_cosine", CosineAnnealing(from: 0.1, over: 51).warmedUp(over: 9, from: 0.125)),
    (
      "sequence",
      ConstantRate(0.05).followed(by: ExponentialDecay(from: 0.1, factor: 0.9), after: 10)
        .followed(by: StepDecay(from: 0.1, every: 4, factor: 0.5), after: 35)
    ),
    (
      "product",
      LinearRamp(from: 0.025, to: 0.1, over: 8).multiplied(by: ExponentialDecay(from: 1, factor: 0.95))
    ),
    ("slanted_triangular", SlantedTriangular(peak: 0.1, over: 60)),
  ]

  // Everything is computed in Double and rounded once, but rates and factors come in as Float. Their error of 6e-8
  // grows with the power taken (8 times for StepDecay here), and a product is rounded three times: 1e-6 of the value.
  // Near the zero of a cosine the error is one of the start instead: 1e-8 of 0.1.
  static func agrees(_ value: Double, _ expected: Double) -> Bool {
    abs(value - expected) <= 1e-6 * expected + 1e-9
  }

  @Test(arguments: schedules.map(\.name)) func followsTheFixture(_ name: String) throws {
    let content = try Fixture.json("schedules.json", as: Content.self)
    let expected = try #require(content.rates[name])
    let schedule = try #require(Self.schedules.first { $0.name == name }).schedule
    #expect(expected.count >= 60)
    for (step, rate) in expected.enumerated() {
      let found = Double(schedule.rate(at: step))
      #expect(Self.agrees(found, rate), "step \(step): \(found) instead of \(rate)")
    }
  }

  @Test func everyFixtureIsUsed() throws {
    let content = try Fixture.json("schedules.json", as: Content.self)
    #expect(Set(content.rates.keys) == Set(Self.schedules.map(\.name)))
  }

  @Test func momentumMirrorsTheRate() throws {
    let content = try Fixture.json("schedules.json", as: Content.self)
    for (name, cycle) in [("one_cycle", Self.longCycle), ("one_cycle_linear", Self.linearCycle)] {
      let expected = try #require(content.momenta[name])
      for (step, momentum) in expected.enumerated() {
        #expect(abs(cycle.momentum(at: step) - momentum) < 1e-12, "\(name), step \(step)")
      }
    }
  }

  @Test func holdsAfterTheEnd() {
    #expect(LinearRamp(from: 0, to: 0.5, over: 10).rate(at: 99) == 0.5)
    #expect(PolynomialDecay(from: 1, to: 0.25, over: 10, power: 2).rate(at: 99) == 0.25)
    #expect(Self.longCycle.rate(at: 59) == Self.longCycle.rate(at: 1000))
    #expect(SlantedTriangular(peak: 0.32, over: 100).rate(at: 1000) == 0.01)
    #expect(CosineAnnealing(from: 1, over: 9).followed(by: ConstantRate(0), after: 9).rate(at: 15) == 0)
  }

  @Test func warmUpStartsAtZeroAndMeetsItsSchedule() {
    let schedule = StepDecay(from: 0.5, every: 10).warmedUp(over: 4)
    #expect((0...4).map { schedule.rate(at: $0) } == [0, 0.125, 0.25, 0.375, 0.5])
    #expect(schedule.rate(at: 13) == 0.5)
    #expect(schedule.rate(at: 14) == 0.05)
  }

  /// Settings at the edge of what is allowed give numbers.
  @Test func shortestCyclesAreFinite() {
    for rise in [0, 0.1, 0.5, 1] {
      let cycle = OneCycle(peak: 1, over: 2, rise: rise)
      for step in 0..<3 { #expect(cycle.rate(at: step).isFinite && cycle.rate(at: step) <= 1) }
    }
    let triangle = SlantedTriangular(peak: 1, over: 3)
    for step in 0..<5 { #expect((1 / 32...1).contains(triangle.rate(at: step))) }
    #expect(triangle.rate(at: 1) == 1)
  }

  @Test func negativeStepTraps() async {
    await #expect(processExitsWith: .failure) {
      _ = CosineAnnealing(from: 1, over: 9).followed(by: ConstantRate(0), after: 9).rate(at: -1)
    }
  }
}
