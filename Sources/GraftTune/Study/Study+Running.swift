import Foundation
import GraftTensor

extension Study {
  /// Runs trials until the study has so many, those of earlier runs and of other processes included.
  ///
  /// Returns when all of them are over or paused for good: what other processes are still running is waited for, and taken over if they
  /// die. Ends earlier when the method has nothing left to try.
  ///
  /// The objective is called with one ``Trial`` at a time by each worker. What it throws fails the trial, and so does a value that isn't
  /// finite; the study goes on. Two errors are none of the trial's: `CancellationError` interrupts the run, and the trial is given back to
  /// be run again; so does a ``StudyError``.
  ///
  /// - Parameters:
  ///   - total: how many trials the study is to have. Traps if negative.
  ///   - workers: how many trials run at a time, each on a thread of its own, sharing the threads for computing evenly. One runs on the
  ///     thread that calls. Traps unless positive.
  ///   - maximumFailures: how many trials may fail, those of earlier runs included. Traps if negative.
  ///   - progress: called on the calling thread after each trial, and at the end. See ``StudyProgress/line(_:)``.
  ///   - objective: what a configuration is worth. Traps unless it returns as many values as there are objectives.
  /// - Throws: ``StudyError/tooManyFailures(count:last:)``, another ``StudyError`` if the file can't be used any more, or
  ///   `CancellationError`. Trials that run meanwhile on other threads end first; nothing is lost.
  public func run<Values: ObjectiveValues>(
    trials total: Int, workers: Int = 1, maximumFailures: Int = 10,
    progress: ((StudyProgress) -> Void)? = nil,
    _ objective: @escaping @Sendable (Trial) throws -> Values
  ) throws {
    require(total >= 0, "Study.run: \(total) trials")
    require(workers > 0, "Study.run: \(workers) workers")
    require(maximumFailures >= 0, "Study.run: at most \(maximumFailures) failures")
    let run = try StudyRun(
      of: self, trials: total, maximumFailures: maximumFailures,
      objective: { try objective($0).objectiveValues })
    let (before, began) = (log.state.trials, ContinuousClock.now)
    let report = { (trial: TrialRecord?) in
      progress?(
        StudyProgress(
          trial: trial, study: self, total: total, before: before, elapsed: ContinuousClock.now - began))
        ?? ()
    }
    if workers == 1 {
      while run.runOne() { run.takeEnded().forEach(report) }
    } else {
      runInParallel(run, workers: workers, report)
    }
    run.takeEnded().forEach(report)
    defer { report(nil) }
    try run.end()
  }

  private func runInParallel(_ run: StudyRun, workers: Int, _ report: (TrialRecord) -> Void) {
    let share = max(1, ComputeThreads.count / workers)
    run.begin(workers: workers)
    for number in 0..<workers {
      let thread = Thread {
        ComputeThreads.withCount(share) { while run.runOne() {} }
        run.workerEnded()
      }
      thread.name = "graft.trial.\(number)"
      // As much as a program's first thread has: the objective is a whole training.
      thread.stackSize = 8 << 20
      thread.start()
    }
    while run.waitForTrials() { run.takeEnded().forEach(report) }
  }
}
