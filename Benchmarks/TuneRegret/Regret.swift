import Foundation
import GraftTune

/// What one method reached on one problem.
struct Regret: Codable {
  let method: String
  let problem: String
  let trials: Int
  /// The best value less the minimum, for each seed from 0.
  let regrets: [Double]
  /// For a proposal, on average.
  let milliseconds: Double

  init(of method: some SearchMethod, on problem: Problem, trials: Int, seeds: Range<Int>) {
    let clock = ContinuousClock()
    let start = clock.now
    regrets = seeds.map { seed in
      var records: [TrialRecord] = []
      var best = Double.infinity
      for number in 0..<trials {
        let history = SearchHistory(space: problem.space, objectives: [.minimize("value")], trials: records)
        guard let next = method.proposal(number: number, given: history, seed: UInt64(seed)) else { break }
        let value = problem.value(next)
        best = min(best, value)
        records.append(TrialRecord(number: number, configuration: next, state: .complete, values: [value]))
      }
      return best - problem.minimum
    }
    milliseconds = start.duration(to: clock.now) / .milliseconds(1) / Double(seeds.count * trials)
    self.method = method.name
    self.problem = problem.name
    self.trials = trials
  }

  var line: String {
    let sorted = regrets.sorted()
    let quartiles = [0.25, 0.5, 0.75].map { level in
      let place = level * Double(sorted.count - 1)
      let (low, high) = (sorted[Int(place)], sorted[Int(place.rounded(.up))])
      return low + (high - low) * (place - place.rounded(.down))
    }
    return String(
      format: "%@ %@ %.4g (%.3g–%.3g) %.2f ms", problem.padded(to: 12), method.padded(to: 18),
      quartiles[1], quartiles[0], quartiles[2], milliseconds)
  }

  func json() throws -> String { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    padding(toLength: max(width, count), withPad: " ", startingAt: 0)
  }
}
