import Foundation
import GraftTensor

/// One call of `run`: the worker that other processes see, whose threads take trials and run them.
final class StudyRun: @unchecked Sendable {
  private let study: Study
  private let total: Int
  private let maximumFailures: Int
  private let objective: @Sendable (Trial) throws -> [Double]
  private let presence: WorkerPresence?
  private let worker: String

  private let condition = NSCondition()
  // Guarded by `condition`.
  private var threads = 0
  /// Counts what may give a waiting thread something to do.
  private var changes = 0
  private var ended: [TrialRecord] = []
  private var error: (any Error)?

  init(
    of study: Study, trials total: Int, maximumFailures: Int,
    objective: @escaping @Sendable (Trial) throws -> [Double]
  ) throws {
    self.study = study
    self.total = total
    self.maximumFailures = maximumFailures
    self.objective = objective
    presence =
      study.isShared
      ? try study.log.transaction { _ in try WorkerPresence(in: study.checkpoints.folder) } : nil
    worker = presence?.worker ?? UUID().uuidString
    // Of a worker that died after a trial's end and before it had tidied up.
    for trial in study.trials where trial.state.isOver { study.checkpoints.remove(ofTrial: trial.number) }
  }

  // MARK: - For the threads

  /// Runs a trial, or waits for a moment if there is nothing to run now.
  ///
  /// - Returns: whether there may be more to do.
  func runOne() -> Bool {
    let (seen, isOver) = condition.withLock { (changes, error != nil) }
    if isOver { return false }
    do {
      switch try study.log.transaction(nextTask) {
      case .end: return false
      case .wait:
        // Others of this process wake it; for those of other processes it looks now and then.
        condition.withLock {
          if changes == seen { _ = condition.wait(until: Date(timeIntervalSinceNow: 0.1)) }
        }
      case .run(let trial): try run(trial)
      }
      return true
    } catch {
      condition.withLock {
        if self.error == nil { self.error = error }
        changes += 1
        condition.broadcast()
      }
      return false
    }
  }

  private enum Task {
    case run(Trial)
    case wait
    case end
  }

  private func nextTask(_ draft: inout StudyLog.Draft) throws -> Task {
    try checkFailures(draft.state.trials)
    try giveBackTrialsOfTheDead(in: &draft)
    if let number = draft.state.firstGivenBack { return carryOn(number, &draft) }
    let isFull = draft.state.trials.count >= total
    if let number = promotion(draft.state, isFinal: false) { return carryOn(number, &draft) }
    if !isFull, let configuration = proposal(draft.state) {
      let number = draft.state.trials.count
      draft.record(
        .started(trial: number, configuration, worker: worker, time: Date().timeIntervalSince1970))
      return .run(trial(number, draft.state))
    }
    if draft.state.trials.contains(where: { $0.state == .running }) { return .wait }
    if let number = promotion(draft.state, isFinal: true) { return carryOn(number, &draft) }
    return .end
  }

  private func checkFailures(_ trials: [TrialRecord]) throws {
    var (count, last) = (0, "")
    for case .failed(let reason) in trials.lazy.map(\.state) { (count, last) = (count + 1, reason) }
    if count > maximumFailures { throw StudyError.tooManyFailures(count: count, last: last) }
  }

  private func giveBackTrialsOfTheDead(in draft: inout StudyLog.Draft) throws {
    guard study.isShared else { return }
    var isAlive = [worker: true]
    for (number, other) in draft.state.workers.sorted(by: { $0.key < $1.key }) {
      let lives = try isAlive[other] ?? WorkerPresence.isAlive(other, in: study.checkpoints.folder)
      isAlive[other] = lives
      if !lives { draft.record(.givenBack(trial: number)) }
    }
  }

  private func promotion(_ state: StudyState, isFinal: Bool) -> Int? {
    guard let rule = study.stopping else { return nil }
    let number = rule.promotion(among: state.trials, objective: study.objectives[0], isFinal: isFinal)
    if let number {
      require(
        state.trials.indices.contains(number) && state.trials[number].state == .paused,
        "\(rule): trial \(number) cannot be carried on, it is not paused")
    }
    return number
  }

  private func proposal(_ state: StudyState) -> Configuration? {
    let number = state.trials.count
    let configuration = study.method.proposal(number: number, given: state.history, seed: study.seed)
    if let configuration, let problem = study.space.problem(with: configuration) {
      fatalError("\(study.method.name): the proposal for trial \(number) is not one of the space: \(problem)")
    }
    return configuration
  }

  private func carryOn(_ number: Int, _ draft: inout StudyLog.Draft) -> Task {
    draft.record(.resumed(trial: number, worker: worker))
    return .run(trial(number, draft.state))
  }

  private func trial(_ number: Int, _ state: StudyState) -> Trial {
    let step = state.pausedSteps[number]
    return Trial(
      number: number, configuration: state.trials[number].configuration, seed: study.seed,
      pausedStep: step ?? 0,
      checkpoint: step.flatMap { study.checkpoints.saved(byTrial: number, at: $0) }, reporting: self)
  }

  private func run(_ trial: Trial) throws {
    let result = Result { try objective(trial) }
    if let fault = trial.fault { throw fault }
    if case .failure(let error) = result, error is CancellationError { throw error }
    let record = try study.log.transaction { draft in
      // If a rule ended this leg, the next one may be under way by now.
      if !trial.wasStopped, draft.state.workers[trial.number] == worker {
        draft.record(ending(of: trial, with: result))
      }
      return draft.state.trials[trial.number]
    }
    if record.state.isOver { study.checkpoints.remove(ofTrial: trial.number) }
    condition.withLock {
      ended.append(record)
      changes += 1
      condition.broadcast()
    }
  }

  private func ending(of trial: Trial, with result: Result<[Double], any Error>) -> StudyEvent {
    let time = Date().timeIntervalSince1970
    switch result {
    case .failure(let error): return .failed(trial: trial.number, reason: "\(error)", time: time)
    case .success(let values):
      let names = study.objectives.map(\.name)
      require(values.count == names.count, "Study.run: the objective returned \(values) for \(names)")
      for (name, value) in zip(names, values) where !value.isFinite {
        let fault = ObjectiveFault.notFinite(name: name, value: value, step: nil)
        return .failed(trial: trial.number, reason: "\(fault)", time: time)
      }
      return .finished(trial: trial.number, values: values, time: time)
    }
  }

  // MARK: - For the caller

  func begin(workers: Int) { condition.withLock { threads = workers } }

  func workerEnded() {
    condition.withLock {
      threads -= 1
      condition.broadcast()
    }
  }

  /// Waits until a trial has ended; whether any thread is left that may end another.
  func waitForTrials() -> Bool {
    condition.withLock {
      while threads > 0 && ended.isEmpty { condition.wait() }
      return threads > 0
    }
  }

  /// The trials that have ended, or paused, since the last call.
  func takeEnded() -> [TrialRecord] {
    condition.withLock {
      defer { ended = [] }
      return ended
    }
  }

  /// Gives back what was interrupted, disappears, and throws what ended the run early.
  func end() throws {
    let error = condition.withLock { self.error }
    do {
      try study.log.transaction { draft in
        for (number, owner) in draft.state.workers.sorted(by: { $0.key < $1.key }) where owner == worker {
          draft.record(.givenBack(trial: number))
        }
        presence?.end()
      }
    } catch let ending {
      presence?.end()
      throw error ?? ending
    }
    if let error { throw error }
  }
}

extension StudyRun: TrialReporting {
  var objectiveName: String { study.objectives[0].name }
  var checkpoints: Checkpoints { study.checkpoints }

  func verdict(onTrial number: Int, reporting value: Double, at step: Int) throws -> StoppingVerdict {
    try study.log.transaction { draft in
      // Not if the objective goes on though it was told to stop.
      guard draft.state.workers[number] == worker else { return .stop }
      draft.record(.reported(trial: number, step: step, value: value))
      let trials = draft.state.trials
      let verdict =
        study.stopping?.verdict(on: trials[number], among: trials, objective: study.objectives[0]) ?? .goOn
      if verdict == .stop {
        draft.record(.stopped(trial: number, time: Date().timeIntervalSince1970))
      }
      return verdict
    }
  }

  func pause(trial number: Int, at step: Int) throws {
    try study.log.transaction { draft in
      guard draft.state.workers[number] == worker else { return }
      draft.record(.paused(trial: number))
    }
    study.checkpoints.remove(ofTrial: number, before: step)
  }
}
