import Foundation

/// What a study has come to: its events, one after the other.
struct StudyState: Sendable {
  /// An event that cannot have happened.
  struct Impossible: Error {
    let problem: String
  }

  let space: SearchSpace
  let objectives: [Objective]

  /// By number.
  private(set) var trials: [TrialRecord] = []

  /// Who runs which trial. One that runs and has no worker was given back.
  private(set) var workers: [Int: String] = [:]

  /// The step at which a trial was last paused.
  private(set) var pausedSteps: [Int: Int] = [:]

  init(space: SearchSpace, objectives: [Objective]) {
    self.space = space
    self.objectives = objectives
  }

  var history: SearchHistory { SearchHistory(space: space, objectives: objectives, trials: trials) }

  /// The first trial that was given back.
  var firstGivenBack: Int? {
    trials.first { $0.state == .running && workers[$0.number] == nil }?.number
  }

  /// Takes an event in. Unchanged if it throws.
  mutating func apply(_ event: StudyEvent) throws(Impossible) {
    let number = event.trial
    if case .started(_, let configuration, let worker, let time) = event {
      try check(number == trials.count, "trial \(number) begins after \(trials.count) trials")
      if let problem = space.problem(with: configuration) { throw Impossible(problem: problem) }
      workers[number] = try identity(worker)
      let start = Date(timeIntervalSince1970: time)
      trials.append(TrialRecord(number: number, configuration: configuration, started: start))
      return
    }
    try check(trials.indices.contains(number), "there is no trial \(number)")
    if case .resumed(_, let worker) = event {
      let isWaiting = trials[number].state == .running && workers[number] == nil
      try check(
        isWaiting || trials[number].state == .paused, "trial \(number) does not wait to be carried on")
      workers[number] = try identity(worker)
      trials[number].state = .running
      return
    }
    try check(
      trials[number].state == .running && workers[number] != nil, "trial \(number) is not being run")
    var trial = trials[number]
    try apply(event, toRunning: &trial)
    trials[number] = trial
    if case .reported = event { return }
    workers[number] = nil
  }

  private mutating func apply(_ event: StudyEvent, toRunning trial: inout TrialRecord) throws(Impossible) {
    switch event {
    case .started, .resumed: return
    case .reported(_, let step, let value):
      let last = trial.reports.last?.step ?? 0
      try check(step > last, "trial \(trial.number) reports step \(step) after step \(last)")
      trial.reports.append(TrialRecord.Report(step: step, value: value))
    case .paused:
      guard let last = trial.reports.last else {
        throw Impossible(problem: "trial \(trial.number) pauses before it reports")
      }
      pausedSteps[trial.number] = last.step
      trial.state = .paused
    case .givenBack:
      // It runs again from where it last paused, and says again what it said since.
      let kept = pausedSteps[trial.number] ?? 0
      trial.reports.removeAll { $0.step > kept }
    case .finished(_, let values, let time):
      try check(
        values.count == objectives.count, "\(values.count) values for \(objectives.count) objectives")
      trial.values = values
      trial.end(.complete, at: time)
    case .stopped(_, let time): trial.end(.stopped, at: time)
    case .failed(_, let reason, let time): trial.end(.failed(reason: reason), at: time)
    }
  }

  private func check(_ isPossible: Bool, _ problem: @autoclosure () -> String) throws(Impossible) {
    guard isPossible else { throw Impossible(problem: problem()) }
  }

  /// A worker's name becomes part of a path, so it has to be one that ``WorkerPresence`` gives.
  private func identity(_ worker: String) throws(Impossible) -> String {
    guard UUID(uuidString: worker)?.uuidString == worker else {
      throw Impossible(problem: "\(worker.debugDescription) is no worker")
    }
    return worker
  }
}

extension TrialRecord {
  fileprivate mutating func end(_ state: State, at time: Double) {
    self.state = state
    ended = Date(timeIntervalSince1970: time)
  }
}
