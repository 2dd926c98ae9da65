import Foundation
import GraftOptim
import Testing

/// A rate that depends on what is observed, against PyTorch's.
@Suite struct ReduceOnPlateauTests {
  struct Content: Decodable {
    struct Trace: Decodable {
      let metrics: [Double]
      let rates: [Double]
    }
    let plateaus: [String: Trace]
  }

  static let plateaus: [String: ReduceOnPlateau] = [
    "relative": ReduceOnPlateau(from: 0.1, factor: 0.5, patience: 2),
    "cooldown": ReduceOnPlateau(from: 0.1, factor: 0.5, patience: 2, threshold: .absolute(0.05), cooldown: 3),
    "minimum": ReduceOnPlateau(from: 0.1, factor: 0.3, patience: 0, minimumRate: 0.01),
    "maximize": ReduceOnPlateau(
      from: 0.1, goal: .maximize, factor: 0.5, patience: 1, threshold: .relative(0.02)),
    "maximize_absolute": ReduceOnPlateau(
      from: 0.1, goal: .maximize, factor: 0.5, patience: 1, threshold: .absolute(0.15)),
  ]

  /// Written out and read back before every observation, so that all of the state is seen to be saved.
  @Test(arguments: plateaus.keys.sorted()) func followsTheFixtureThroughSaving(_ name: String) throws {
    let trace = try #require(Fixture.json("schedules.json", as: Content.self).plateaus[name])
    var plateau = try #require(Self.plateaus[name])
    for (index, metric) in trace.metrics.enumerated() {
      plateau = try JSONDecoder().decode(ReduceOnPlateau.self, from: JSONEncoder().encode(plateau))
      let rate = Double(plateau.observe(metric))
      // The first rate comes in as a Float: a relative error of 6e-8 that halving does not change.
      #expect(abs(rate - trace.rates[index]) <= 2e-7 * trace.rates[index], "observation \(index)")
    }
    #expect(Double(plateau.rate) < 0.06)
  }

  @Test func notANumberIsNotBetter() {
    var plateau = ReduceOnPlateau(from: 1, factor: 0.5, patience: 1)
    plateau.observe(0.3)
    plateau.observe(.nan)
    #expect(plateau.rate == 1)
    plateau.observe(.nan)
    #expect(plateau.rate == 0.5)
    #expect(plateau.best == 0.3)
  }
}
