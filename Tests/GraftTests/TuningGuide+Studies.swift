import Foundation
import Graft

// The code of the guide to tuning that is about studies. It has to compile as it is printed there.

/// What is trained in the guide's examples.
private final class Task: Sendable {
  let accuracy = 0.9
  let milliseconds = 1.5

  init(seed: UInt64) {}
  init(contentsOf url: URL) throws {}

  func train(rate: Double, weightDecay: Double) {}
  func save(to url: URL) throws {}
}

private func search(_ method: some SearchMethod, _ url: URL) throws {
  let rate = Hyperparameter.continuous("rate", 1e-5...1e-1, .logarithmic)
  let decay = Hyperparameter.continuous("weight decay", 1e-4...1, .logarithmic)
  let study = try Study(
    SearchSpace([rate, decay]), .maximize("accuracy"), method: method, seed: 1,
    stopping: MedianRule(), file: url)
  try study.run(trials: 40, progress: StudyProgress.line("tuning")) { trial in
    let task = Task(seed: trial.seed)
    for epoch in 1...10 {
      task.train(rate: trial[rate], weightDecay: trial[decay])
      try trial.report(task.accuracy, at: epoch)  // throws when a rule ends the trial: let it through
    }
    return task.accuracy
  }
  if let best = study.best { print(best.number, best.values, best.configuration) }
}

private func useEveryCore(_ study: Study, _ objective: @escaping @Sendable (Trial) throws -> Double) throws {
  try study.run(trials: 40, workers: 2) { trial in try objective(trial) }
}

private func carryOn(
  _ space: SearchSpace, _ rate: Hyperparameter<Double>, _ method: some SearchMethod, _ url: URL
) throws {
  let halving = SuccessiveHalving(steps: 1...27, factor: 3, manner: .pausing)
  let study = try Study(space, .maximize("accuracy"), method: method, seed: 1, stopping: halving, file: url)
  try study.run(trials: 60) { trial in
    let task = try trial.checkpoint.map { try Task(contentsOf: $0) } ?? Task(seed: trial.seed)
    for epoch in trial.steps(to: 27) {  // 1...27, or what is left of it
      task.train(rate: trial[rate], weightDecay: 0.01)
      try trial.report(task.accuracy, at: epoch) { try task.save(to: $0) }  // when it pauses
    }
    return task.accuracy
  }
}

private func searchForTwo(
  _ space: SearchSpace, _ method: some SearchMethod, _ url: URL,
  _ train: @escaping @Sendable (Trial) throws -> Task
) throws {
  let study = try Study(
    space, .maximize("accuracy"), .minimize("milliseconds"), method: method, seed: 1,
    file: url)
  try study.run(trials: 40) { trial in
    let task = try train(trial)
    return [task.accuracy, task.milliseconds]
  }
  for trial in study.pareto { print(trial.values, trial.configuration) }  // no other is better in both
}
