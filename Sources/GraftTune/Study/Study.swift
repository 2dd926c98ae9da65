import Foundation
import GraftTensor

/// A search for the hyperparameters that do best.
///
/// ```swift
/// let rate = Hyperparameter.continuous("rate", 1e-5...1e-1, .logarithmic)
/// let space = try SearchSpace([rate])
/// let study = try Study(space, .maximize("accuracy"), method: RandomSearch(), seed: 1, stopping: MedianRule(), file: url)
/// try study.run(trials: 40) { trial in
///   …
///   return accuracy
/// }
/// print(study.best?.configuration)
/// ```
///
/// With a file, everything that happens is appended to it as it happens, a line of JSON each. The same code run again goes on where a
/// killed one was: complete trials stay, one that was running is run again, with its number and configuration. With one worker the course
/// and the result are those of a study that was never killed, provided the objective is repeatable; see ``Trial/seed``. With several,
/// what a method knows when it proposes depends on which trial ends first, unless it looks at the number only (random, grid, Sobol).
///
/// Several processes may run a study on one file at the same time, on one machine; none runs another's trial, and one that a killed
/// process leaves is taken over at once. Beside the file there is then a folder with its name and `.files`, with what paused trials saved.
public final class Study: Sendable {
  public let space: SearchSpace
  /// One or several.
  public let objectives: [Objective]
  public let method: any SearchMethod
  public let seed: UInt64
  /// What ends hopeless trials early.
  public let stopping: (any StoppingRule)?

  let log: StudyLog
  let checkpoints: Checkpoints
  /// Whether other processes may take part.
  let isShared: Bool

  /// A study in memory, or in a file: a new one, or where it was left.
  ///
  /// - Parameters:
  ///   - space: what is searched.
  ///   - objectives: what is wanted. Traps unless there is at least one and their names differ.
  ///   - method: how configurations are chosen.
  ///   - seed: of the proposals, and of ``Trial/seed``.
  ///   - stopping: what ends hopeless trials early. Default: nothing does.
  ///   - file: where the study is kept. Default: in memory.
  /// - Throws: ``StudyError`` if the file can't be used, is damaged, or belongs to a study with another space, other objectives, another
  ///   method or seed. (Of a space's constraint and a method's settings it knows nothing.) The file is then as it was.
  public init(
    _ space: SearchSpace, _ objectives: Objective..., method: some SearchMethod, seed: UInt64,
    stopping: (any StoppingRule)? = nil, file: URL? = nil
  ) throws {
    require(
      !objectives.isEmpty && Set(objectives.map(\.name)).count == objectives.count,
      "Study: objectives \(objectives.map(\.name)); give at least one, each with its own name")
    self.space = space
    self.objectives = objectives
    self.method = method
    self.seed = seed
    self.stopping = stopping
    isShared = file != nil
    let signature = StudySignature(space: space, objectives: objectives, method: method.name, seed: seed)
    let folder =
      file?.appendingPathExtension("files")
      ?? FileManager.default.temporaryDirectory.appendingPathComponent("graft-study-\(UUID().uuidString)")
    checkpoints = Checkpoints(folder: folder)
    log = try StudyLog(
      StudyState(space: space, objectives: objectives),
      file: file.map { try StudyFile(url: $0, signature: signature) })
  }

  deinit {
    if !isShared { try? FileManager.default.removeItem(at: checkpoints.folder) }
  }

  /// Every trial so far, by number; those of other processes as of the last event here, or ``refresh()``.
  public var trials: [TrialRecord] { log.state.trials }

  /// What a method of search, or an analysis, is given.
  public var history: SearchHistory { log.state.history }

  /// The complete trial with the best value of the first objective; of equals the first.
  ///
  /// `nil` before any is complete. One that a rule stopped is never the best.
  public var best: TrialRecord? { Study.best(of: trials, objectives[0]) }

  /// The complete trials that no other beats: as good in every objective, and better in one. By number.
  public var pareto: [TrialRecord] {
    let complete = trials.filter { $0.state == .complete }
    let costs = complete.map { trial in zip(objectives, trial.values).map { $0.cost(of: $1) } }
    return ParetoFront.positions(of: costs).map { complete[$0] }
  }

  /// Reads what other processes have added to the file.
  public func refresh() throws {
    try log.transaction { _ in }
  }

  static func best(of trials: [TrialRecord], _ objective: Objective) -> TrialRecord? {
    trials.filter { $0.state == .complete }
      .min { objective.isBetter($0.values[0], than: $1.values[0]) }
  }
}
