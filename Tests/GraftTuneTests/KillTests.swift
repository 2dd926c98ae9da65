import Foundation
import GraftTensor
import GraftTune
import Testing

@testable import study_worker

/// Processes that run a study and are killed at random moments.
@Suite struct KillTests {
  /// The worker's executable, which lies beside the tests.
  private static var executable: URL {
    get throws {
      let places = [Bundle.main.bundleURL, Bundle(for: Marker.self).bundleURL.deletingLastPathComponent()]
      let candidates = places.map { $0.appendingPathComponent("study-worker") }
      return try #require(candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) })
    }
  }

  private final class Marker {}

  private struct Execution: Hashable {
    let trial: Int
    let firstStep: Int
    let process: Int32
  }

  private func start(_ kind: String, _ scratch: ScratchFile, trials: Int) throws -> Process {
    let process = Process()
    process.executableURL = try Self.executable
    process.arguments = [kind, scratch.url.path, "\(trials)", executionsFile(scratch).path]
    try process.run()
    return process
  }

  private func executionsFile(_ scratch: ScratchFile) -> URL {
    scratch.folder.appendingPathComponent("executions")
  }

  private func executions(_ scratch: ScratchFile) throws -> [Execution] {
    guard FileManager.default.fileExists(atPath: executionsFile(scratch).path) else { return [] }
    return try String(contentsOf: executionsFile(scratch), encoding: .utf8).split(separator: "\n").map {
      line in
      let numbers = line.split(separator: " ").compactMap { Int($0) }
      return Execution(trial: numbers[0], firstStep: numbers[1], process: Int32(numbers[2]))
    }
  }

  /// What a study that nobody kills comes to.
  private func undisturbed(isHalving: Bool, trials: Int) throws -> Study {
    let scratch = try ScratchFile()
    let course = try Course(isHalving: isHalving, file: nil)
    try course.run(trials: trials, executions: executionsFile(scratch))
    return course.study
  }

  /// Fifty kills in all, of both kinds of studies.
  @Test(arguments: [("plain", 25), ("halving", 25)])
  func aKilledStudyEndsLikeOneThatWasNot(kind: String, kills: Int) throws {
    let trials = 12
    let expected = try undisturbed(isHalving: kind == "halving", trials: trials)
    #expect(Set(expected.trials.map(\.state)).count > 1)
    var generator = RandomGenerator(seed: UInt64(kills) + (kind == "plain" ? 0 : 1))
    var killed = 0
    while killed < kills {
      let scratch = try ScratchFile()
      var again = 0
      while true {
        let process = try start(kind, scratch, trials: trials)
        // After the last kill the study may end. A process needs some 20 ms to begin.
        if killed < kills { usleep(UInt32(generator.next() % 120_000)) }
        if killed < kills, process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        if process.terminationReason == .exit {
          #expect(process.terminationStatus == 0)
          break
        }
        // Anything but the test's own signal is a crash.
        try #require(process.terminationStatus == SIGKILL)
        killed += 1
        again += 1
      }
      let study = try Course(isHalving: kind == "halving", file: scratch.url).study
      #expect(study.trials.map(\.timeless) == expected.trials.map(\.timeless))
      #expect(study.best?.timeless == expected.best?.timeless && study.best != nil)
      // A leg runs once, and once more for each process that was killed in it; nothing that had ended is run again.
      let legs = try Dictionary(grouping: executions(scratch)) { [$0.trial, $0.firstStep] }
      #expect(legs.values.reduce(0) { $0 + $1.count - 1 } <= again)
      for leg in legs.values { #expect(Set(leg.map(\.process)).count == leg.count) }
    }
  }

  @Test func twoProcessesNeverRunOneTrial() throws {
    let trials = 40
    // On a busy machine one may be done before the other has begun.
    for attempt in 0..<5 {
      let scratch = try ScratchFile()
      let processes = try (0..<2).map { _ in try start("plain", scratch, trials: trials) }
      for process in processes {
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
      }
      let executions = try executions(scratch)
      #expect(executions.map(\.trial).sorted() == Array(0..<trials))
      let study = try Course(isHalving: false, file: scratch.url).study
      #expect(study.trials.count == trials && study.trials.allSatisfy { $0.state.isOver })
      if Set(executions.map(\.process)) == Set(processes.map(\.processIdentifier)) { return }
      #expect(attempt < 4, "two processes never worked at the same time")
    }
  }

  @Test func aKilledWorkersTrialIsRunByTheOther() throws {
    let trials = 40
    // Whether the victim is killed in the middle of a trial is a matter of luck, though it is there most of the time.
    for attempt in 0..<20 {
      let scratch = try ScratchFile()
      let (victim, other) = (
        try start("plain", scratch, trials: trials), try start("plain", scratch, trials: trials)
      )
      while other.isRunning,
        try !executions(scratch).contains(where: { $0.process == victim.processIdentifier })
      {
        usleep(1000)
      }
      kill(victim.processIdentifier, SIGKILL)
      victim.waitUntilExit()
      other.waitUntilExit()
      #expect(other.terminationStatus == 0)
      let study = try Course(isHalving: false, file: scratch.url).study
      #expect(study.trials.count == trials && study.trials.allSatisfy { $0.state.isOver })
      #expect(!FileManager.default.fileExists(atPath: scratch.url.path + ".files"))
      let byTrial = Dictionary(grouping: try executions(scratch), by: \.trial)
      #expect(byTrial.count == trials)
      // At most one ran twice: begun by the one that was killed, and then by the other.
      let twice = byTrial.values.filter { $0.count > 1 }
      #expect(twice.count <= 1)
      for runs in twice {
        #expect(runs.map(\.process) == [victim.processIdentifier, other.processIdentifier])
      }
      if !twice.isEmpty { return }
      #expect(attempt < 19, "no worker was killed in the middle of a trial")
    }
  }
}
