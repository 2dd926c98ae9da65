import Foundation
import GraftTensor

/// Thrown by ``Trial/report(_:at:saving:)`` when the trial is not to run on: it is stopped, or waits for better times.
///
/// An objective lets it through, and tidies up with `defer` on its way.
public struct TrialStopped: Error {}

/// What an objective is given: the configuration to try, and a place to report to.
///
/// ```swift
/// try study.run(trials: 40) { trial in
///   let model = try trial.checkpoint.map { try Model(contentsOf: $0) } ?? Model()
///   var accuracy = 0.0
///   for epoch in trial.steps(to: 27) {
///     train(model, rate: trial[rate])
///     accuracy = evaluate(model)
///     try trial.report(accuracy, at: epoch) { try model.save(to: $0) }
///   }
///   return accuracy
/// }
/// ```
public final class Trial: @unchecked Sendable {
  /// Counted from 0 in the order of their beginning.
  public let number: Int
  public let configuration: Configuration
  /// A seed of its own, the same whenever and wherever the trial is run.
  public let seed: UInt64
  /// What the trial saved when it was paused, for it to be carried on from there; `nil` if it begins.
  public let checkpoint: URL?

  private let reporting: any TrialReporting
  private let lock = NSLock()
  /// The last step of an earlier leg. What it said up to there stands.
  private let pausedStep: Int
  private var lastStep = 0
  private var storedFault: (any Error)?
  private var isStopped = false

  init(
    number: Int, configuration: Configuration, seed: UInt64, pausedStep: Int, checkpoint: URL?,
    reporting: any TrialReporting
  ) {
    self.number = number
    self.configuration = configuration
    var generator = RandomGenerator(seed: seed, stream: UInt64(number))
    self.seed = generator.next()
    self.pausedStep = pausedStep
    self.checkpoint = checkpoint
    self.reporting = reporting
  }

  /// What a hyperparameter is set to. Traps if it has none here; see ``value(of:)`` for one with a condition.
  public subscript<Value>(_ parameter: Hyperparameter<Value>) -> Value { configuration[parameter] }

  /// What a hyperparameter is set to; `nil` where its condition does not hold.
  public func value<Value>(of parameter: Hyperparameter<Value>) -> Value? {
    configuration.value(of: parameter)
  }

  /// The steps that are left of `1...last`: all of them, or those after ``checkpoint``. May be empty.
  ///
  /// Traps if `last` is not positive.
  public func steps(to last: Int) -> Range<Int> {
    require(last > 0 && last < .max, "Trial.steps: \(last) steps")
    let first = checkpoint == nil ? 1 : pausedStep + 1
    return first..<max(first, last + 1)
  }

  /// Says how the trial does, so that a rule can stop it, and a search can learn from it if one does.
  ///
  /// Steps ascend. A trial that was paused and could not be taken up from a checkpoint begins again; what it says of steps before the
  /// pause is known and ignored.
  ///
  /// - Parameters:
  ///   - value: the first objective now. If it isn't finite the trial fails.
  ///   - step: how far the trial is: epochs, say, from 1. Traps unless it is positive and beyond the last report's.
  ///   - save: writes what the trial needs to be carried on from here to a file or folder of the name it is given, where nothing is yet.
  ///     Called only when the trial is to pause. Default: nothing is saved, so that a paused trial begins again.
  /// - Throws: ``TrialStopped`` if the trial is not to run on, ``StudyError`` if the study's file cannot be written. The objective lets
  ///   both through.
  public func report(_ value: Double, at step: Int, saving save: ((URL) throws -> Void)? = nil) throws {
    try lock.withLock {
      if isStopped { throw TrialStopped() }
      require(step > lastStep, "Trial.report: step \(step) after step \(lastStep)")
      lastStep = step
    }
    guard step > pausedStep else { return }
    guard value.isFinite else {
      throw ObjectiveFault.notFinite(name: reporting.objectiveName, value: value, step: step)
    }
    switch try study({ try reporting.verdict(onTrial: number, reporting: value, at: step) }) {
    case .goOn: return
    case .stop: break
    case .pause:
      if let save { try save(try reporting.checkpoints.prepare(forTrial: number, at: step)) }
      try study { try reporting.pause(trial: number, at: step) }
    }
    lock.withLock { isStopped = true }
    throw TrialStopped()
  }

  /// Whether it was told to stop, which is then recorded: whatever the objective makes of it, this leg of the trial is over.
  var wasStopped: Bool { lock.withLock { isStopped } }

  /// What was wrong with the study while the trial ran, whatever the objective made of it.
  var fault: (any Error)? { lock.withLock { storedFault } }

  private func study<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch {
      lock.withLock { storedFault = error }
      throw error
    }
  }
}

/// What a trial tells the study that runs it.
protocol TrialReporting: Sendable {
  var objectiveName: String { get }
  var checkpoints: Checkpoints { get }
  /// Records a report, and the end of the trial if that is the verdict.
  func verdict(onTrial number: Int, reporting value: Double, at step: Int) throws -> StoppingVerdict
  /// Records that a trial waits at the step of its last report.
  func pause(trial number: Int, at step: Int) throws
}
