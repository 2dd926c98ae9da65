import Foundation
import GraftTensor
import GraftTune

/// A study whose result follows from its seed: what the worker runs, and a test runs undisturbed beside it.
struct Course {
  let study: Study
  private static let x = Hyperparameter.continuous("x", -2...2)
  private static let rate = Hyperparameter.continuous("rate", 1e-4...1, .logarithmic)

  init(isHalving: Bool, file: URL?) throws {
    let rule: any StoppingRule =
      isHalving ? SuccessiveHalving(steps: 1...4, factor: 2, manner: .pausing) : MedianRule(minimumTrials: 3)
    study = try Study(
      SearchSpace([Self.x, Self.rate]), .minimize("loss"), method: Climbing(), seed: 7, stopping: rule,
      file: file)
  }

  /// Four steps a trial, each of which takes a moment. What a step adds depends on the sum so far, which a checkpoint keeps.
  func run(trials: Int, executions: URL) throws {
    let log = try ExecutionLog(executions)
    try study.run(trials: trials) { trial in
      var sum =
        try trial.checkpoint.map { try JSONDecoder().decode(Double.self, from: Data(contentsOf: $0)) } ?? 0
      var generator = RandomGenerator(seed: trial.seed)
      let steps = trial.steps(to: 4)
      try log.append("\(trial.number) \(steps.lowerBound)")
      // Nobody fails at random: it is the configuration that doesn't work.
      if trial[Self.x] > 1.9 { throw Diverged() }
      for _ in 1..<steps.lowerBound { _ = generator.next() }
      for step in steps {
        usleep(1000)
        let noise = Double(generator.next() % 1000) / 10_000
        sum = 0.7 * sum + abs(trial[Self.x] - 0.5) + abs(log10(trial[Self.rate]) + 2) + noise
        let state = sum
        try trial.report(sum, at: step) { try JSONEncoder().encode(state).write(to: $0) }
      }
      return sum
    }
  }
}

private struct Diverged: Error {}

/// Moves on from the best of what is known, so that a trial depends on the values of all before it.
private struct Climbing: SearchMethod {
  let name = "climbing"

  func proposal(number: Int, given history: SearchHistory, seed: UInt64) -> Configuration? {
    var generator = RandomGenerator(seed: seed, stream: UInt64(number))
    let random = history.space.random(using: &generator)
    guard let best = history.observations.min(by: { $0.costs[0] < $1.costs[0] }) else { return random }
    let from = history.space.point(of: best.configuration)
    let towards = history.space.point(of: random)
    // Between the best and a random point, further from the best the more is known.
    let share = 1 / Double(1 + history.observations.count % 4)
    return history.space.configuration(
      at: zip(from, towards).map { start, end in
        let start = start ?? 0.5
        return min(max(start + ((end ?? 0.5) - start) * share, 0), 1)
      })
  }
}

/// A file of lines, each appended at once.
private final class ExecutionLog: Sendable {
  private let descriptor: Int32

  init(_ url: URL) throws {
    descriptor = open(url.path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
  }

  func append(_ text: String) throws {
    let line = Data("\(text) \(ProcessInfo.processInfo.processIdentifier)\n".utf8)
    try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).write(contentsOf: line)
  }
}
