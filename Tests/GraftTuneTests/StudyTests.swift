import Foundation
import GraftTensor
import GraftTune
import Testing

@Suite struct StudyTests {
  private let x = Hyperparameter.continuous("x", -1...1)

  private func study(_ rule: (any StoppingRule)? = nil, file: URL? = nil) throws -> Study {
    try Study(
      SearchSpace([x]), .minimize("loss"), method: PlainSearch(), seed: 3, stopping: rule, file: file)
  }

  @Test func runsWhatIsMissing() throws {
    let study = try study()
    let calls = Shared(0)
    for total in [3, 8, 5] {
      try study.run(trials: total) { trial in
        calls.change { $0 += 1 }
        return abs(trial[x] - 0.25)
      }
    }
    #expect(calls.value == 8 && study.trials.map(\.number) == Array(0..<8))
    let best = try #require(study.best)
    #expect(best.values[0] == study.trials.map { abs($0.configuration[x] - 0.25) }.min())
    #expect(study.trials.allSatisfy { $0.state == .complete && $0.ended != nil })
  }

  @Test func endsWhenThereIsNothingLeftToTry() throws {
    let study = try Study(Counting.space, .minimize("loss"), method: Counting(count: 5), seed: 1)
    try study.run(trials: 100, workers: 3) { Float($0[Counting.place]) }
    #expect(study.trials.map { $0.configuration[Counting.place] } == [0, 1, 2, 3, 4])
  }

  @Test func threadsRunEachTrialOnceAndAtATime() throws {
    let study = try study()
    let running = Shared((now: 0, most: 0, numbers: [Int]()))
    // Two wait for each other, so there have to be two at a time.
    let meetings = [DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)]
    try study.run(trials: 20, workers: 2) { trial in
      running.change {
        $0 = ($0.now + 1, max($0.most, $0.now + 1), $0.numbers + [trial.number])
      }
      if trial.number < 2 {
        meetings[1 - trial.number].signal()
        #expect(meetings[trial.number].wait(timeout: .now() + 20) == .success)
      }
      running.change { $0.now -= 1 }
      return trial[x]
    }
    #expect(running.value.most == 2 && running.value.numbers.sorted() == Array(0..<20))
    let alone = try self.study()
    try alone.run(trials: 20) { $0[x] }
    #expect(study.trials.map(\.timeless) == alone.trials.map(\.timeless))
  }

  @Test func trialsHaveSeedsOfTheirOwn() throws {
    let seeds = Shared([UInt64]())
    for _ in 0..<2 {
      try study().run(trials: 5) { trial in
        seeds.change { $0.append(trial.seed) }
        return 0
      }
    }
    #expect(Set(seeds.value).count == 5 && Array(seeds.value.prefix(5)) == Array(seeds.value.suffix(5)))
  }

  // MARK: - Failures

  private struct Diverged: Error, CustomStringConvertible {
    let description = "diverged"
  }

  @Test(arguments: [1, 3]) func failuresAreRecordedUpToALimit(workers: Int) throws {
    let scratch = try ScratchFile()
    let study = try study(file: scratch.url)
    let objective: @Sendable (Trial) throws -> Double = { trial in
      switch trial.number {
      case 1: throw Diverged()
      case 2: return .nan
      case 3: try trial.report(.infinity, at: 4)
      case 5: throw Diverged()
      default: break
      }
      return 1
    }
    let error = #expect(throws: StudyError.self) {
      try study.run(trials: 12, workers: workers, maximumFailures: 3, objective)
    }
    guard case .tooManyFailures(count: 4, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    let reasons = study.trials.compactMap { if case .failed(let reason) = $0.state { reason } else { nil } }
    #expect(reasons == ["diverged", "loss is nan", "loss is inf at step 4", "diverged"])
    #expect(study.trials.allSatisfy { $0.state.isOver } && study.trials.count < 12)
    #expect(study.history.failed.count == 4)

    let again = try self.study(file: scratch.url)
    #expect(again.trials == study.trials)
    try again.run(trials: 12, workers: workers, maximumFailures: 4, objective)
    #expect(again.trials.count == 12 && again.trials.count { $0.state == .complete } == 8)
  }

  @Test func anInterruptedTrialIsRunAgain() throws {
    let scratch = try ScratchFile()
    let study = try study(file: scratch.url)
    #expect(throws: CancellationError.self) {
      try study.run(trials: 4) { trial in
        try trial.report(7, at: 1)
        if trial.number == 2 { throw CancellationError() }
        return trial[x]
      }
    }
    #expect(study.trials.map(\.state) == [.complete, .complete, .running])
    #expect(study.trials[2].reports.isEmpty)
    let configuration = study.trials[2].configuration
    let numbers = Shared([Int]())
    let again = try self.study(file: scratch.url)
    try again.run(trials: 4) { trial in
      numbers.change { $0.append(trial.number) }
      return trial[x]
    }
    #expect(numbers.value == [2, 3] && again.trials[2].configuration == configuration)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path) == ["study.jsonl"])
  }

  // MARK: - Stopping

  @Test func aStoppedTrialInforms() throws {
    let study = try study(Patience(reports: 2))
    let reached = Shared([Int]())
    try study.run(trials: 2) { trial in
      for step in trial.steps(to: 5) {
        reached.change { $0.append(step) }
        try trial.report(trial.number == 0 ? Double(-step) : 4, at: step)
      }
      return -5
    }
    #expect(reached.value == [1, 2, 3, 4, 5, 1, 2, 3])
    #expect(study.trials.map(\.state) == [.complete, .stopped] && study.trials[1].values.isEmpty)
    #expect(study.history.observations.map(\.costs) == [[-5], [4]])
  }

  @Test func whatAStoppedTrialReturnsDoesNotCount() throws {
    let study = try study(Patience(reports: 1))
    try study.run(trials: 1) { trial in
      for step in 1...5 { try? trial.report(Double(step), at: step) }
      return -1
    }
    #expect(study.trials[0].state == .stopped && study.trials[0].reports.map(\.step) == [1, 2])
    #expect(study.best == nil)
  }

  @Test(arguments: [false, true]) func aTrialIsCarriedOnFromItsCheckpoint(inAFile: Bool) throws {
    let scratch = try ScratchFile()
    let study = try study(
      SuccessiveHalving(steps: 1...9, manner: .pausing), file: inAFile ? scratch.url : nil)
    let steps = Shared([Int: [Int]]())
    try study.run(trials: 9) { trial in
      var done = try trial.checkpoint.map { try String(contentsOf: $0, encoding: .utf8) } ?? "0"
      for step in trial.steps(to: 9) {
        // The checkpoint is that of the step before, not an older one.
        #expect(done == "\(step - 1)")
        steps.change { $0[trial.number, default: []].append(step) }
        done = "\(step)"
        try trial.report(trial[x], at: step) { [done] in try Data(done.utf8).write(to: $0) }
      }
      return trial[x]
    }
    // Of nine, three come to step 3 or a few more that were the best when there were fewer; one of them to the end.
    let order = study.trials.sorted { $0.configuration[x] < $1.configuration[x] }
    #expect(order[0].state == .complete && study.best == order[0])
    #expect(order.dropFirst().allSatisfy { $0.state == .paused || $0.state == .complete })
    #expect(order[1].reports.count == 3 && order[2].reports.count == 3)
    // No step of any trial ran twice.
    for trial in study.trials {
      #expect(steps.value[trial.number] == trial.reports.map(\.step))
      #expect([1, 3, 9].contains(trial.reports.count))
    }
  }

  @Test func aLegThatEndedIsOverThoughTheNextOneRuns() throws {
    let study = try study(SuccessiveHalving(steps: 1...2, factor: 2, manner: .pausing))
    let isCarriedOn = DispatchSemaphore(value: 0)
    let isTidy = DispatchSemaphore(value: 0)
    try study.run(trials: 1, workers: 2) { trial in
      guard trial.checkpoint == nil else {
        // Now the first leg ends, in the other thread, and only then this one.
        isCarriedOn.signal()
        #expect(isTidy.wait(timeout: .now() + 20) == .success)
        usleep(20_000)
        return 5
      }
      defer {
        #expect(isCarriedOn.wait(timeout: .now() + 20) == .success)
        isTidy.signal()
      }
      try trial.report(7, at: 1) { try Data().write(to: $0) }
      return 0
    }
    #expect(study.trials.map(\.state) == [.complete] && study.best?.values == [5])
  }

  @Test func withoutACheckpointAPausedTrialBeginsAgain() throws {
    let study = try study(SuccessiveHalving(steps: 1...4, factor: 2, manner: .pausing))
    let steps = Shared([Int]())
    try study.run(trials: 1) { trial in
      for step in trial.steps(to: 4) {
        steps.change { $0.append(step) }
        try trial.report(Double(step), at: step)
      }
      return 4
    }
    #expect(steps.value == [1, 1, 2, 1, 2, 3, 4])
    #expect(study.trials[0].state == .complete && study.trials[0].reports.map(\.step) == [1, 2, 3, 4])
  }

  // MARK: - Progress

  @Test(arguments: [1, 2]) func progressIsToldToTheCaller(workers: Int) throws {
    let study = try study()
    try study.run(trials: 3) { $0[x] }
    var seen: [StudyProgress] = []
    let caller = Thread.current
    try study.run(
      trials: 6, workers: workers,
      progress: { progress in
        #expect(Thread.current === caller)
        seen.append(progress)
      }, { $0[x] })
    #expect(seen.compactMap { $0.trial?.number }.sorted() == [3, 4, 5])
    let last = try #require(seen.last)
    #expect(last.elapsed > .zero && zip(seen, seen.dropFirst()).allSatisfy { $0.elapsed <= $1.elapsed })
    #expect(last.trial == nil && last.completed == 6 && last.earlier == 3 && last.total == 6)
    let best = try #require(study.best)
    #expect(last.summary == "best loss \(Setting.number(best.values[0])) (trial \(best.number))")
  }
}
