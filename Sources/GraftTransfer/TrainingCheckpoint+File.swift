import Foundation
import GraftData
import GraftTensor

/// Why a file can't be used as a training checkpoint.
public enum TrainingCheckpointError: GraftError, Hashable {
  /// A tensor file, but not one that ``TrainingCheckpoint/save(to:)`` wrote.
  case notATrainingCheckpoint(file: String)
  /// Written by a later version of this library.
  case laterVersion(file: String, version: String)
  /// What it says about the run does not make sense.
  case damaged(file: String, problem: String)

  /// What is wrong with which file, and what to do about it.
  public var description: String {
    switch self {
    case .notATrainingCheckpoint(let file):
      return "\(file) is not a training checkpoint. To load weights only, use Checkpoint(contentsOf:)."
    case .laterVersion(let file, let version):
      return "\(file) is a training checkpoint of version \(version), this library reads version "
        + "\(TrainingCheckpoint.version). Update the library, or go on with the one that wrote it."
    case .damaged(let file, let problem):
      return "\(file) is damaged: \(problem). Go on from an earlier checkpoint."
    }
  }
}

extension TrainingCheckpoint {
  static let format = "graft-training"
  static let version = "1"

  /// What a checkpoint holds besides tensors: JSON in the file's metadata.
  private struct Record: Codable {
    var step: Int
    var frozen: [String]
    var settings: OptimizerSettings
    var generator: RandomGenerator?
    var position: BatchPosition?
    var unfreezing: GradualUnfreezing.Phase?
    var earlyStopping: EarlyStopping.State?
    var notes: [String: String]

    /// What no run can have written.
    var problem: String? {
      if let value = settings.invalidValue { return "a rate, multiplier or weight decay of \(value)" }
      if step < 0 { return "\(step) steps" }
      if let unfreezing, unfreezing.index < 0 { return "phase \(unfreezing.index) of unfreezing" }
      if let earlyStopping, earlyStopping.patience <= 0 { return "a patience of \(earlyStopping.patience)" }
      return nil
    }
  }

  /// Names in the file begin with the part of the run that the tensor belongs to.
  private enum Section: String, CaseIterable {
    case model, optimizer, best

    func name(_ key: String) -> String { rawValue + "/" + key }
  }

  /// Writes the checkpoint to a file, which it replaces as a whole.
  ///
  /// Throws `TensorFileError` if the file can't be written; an existing one is then as it was.
  public func save(to url: URL) throws {
    let record = Record(
      step: step, frozen: frozen, settings: settings, generator: generator, position: position,
      unfreezing: unfreezing,
      earlyStopping: earlyStopping?.state, notes: notes)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let state = String(decoding: try encoder.encode(record), as: UTF8.self)
    let sections: [(Section, [String: AnyTensor])] = [
      (.model, weights), (.optimizer, optimizerState), (.best, earlyStopping?.bestWeights ?? [:]),
    ]
    let tensors = sections.flatMap { section, tensors in
      tensors.sorted { $0.key < $1.key }.map { (section.name($0.key), $0.value) }
    }
    let metadata = ["format": Self.format, "version": Self.version, "state": state]
    try SafetensorsFile.write(tensors, metadata: metadata, to: url)
  }

  /// Reads a checkpoint that ``save(to:)`` wrote.
  ///
  /// Throws `TensorFileError` if the file can't be read or is malformed, ``TrainingCheckpointError`` if it is
  /// something else or its content makes no sense.
  public init(contentsOf url: URL) throws {
    let file = try SafetensorsFile(contentsOf: url)
    guard file.metadata["format"] == Self.format, let state = file.metadata["state"] else {
      throw TrainingCheckpointError.notATrainingCheckpoint(file: url.path)
    }
    let version = file.metadata["version"] ?? ""
    guard version == Self.version else {
      throw TrainingCheckpointError.laterVersion(file: url.path, version: version)
    }
    let record: Record
    do {
      record = try JSONScanner.decode(Record.self, from: Data(state.utf8))
    } catch {
      throw TrainingCheckpointError.damaged(file: url.path, problem: "the state of the run: \(error)")
    }
    // Copied out of the file, which the run is going to replace.
    let tensors = try Dictionary(
      uniqueKeysWithValues: file.names.map { ($0, try file.anyTensor($0).owned()) })
    func section(_ section: Section) -> [String: AnyTensor] {
      let prefix = section.name("")
      let members = tensors.filter { $0.key.hasPrefix(prefix) }
      return Dictionary(
        uniqueKeysWithValues: members.map { (String($0.key.dropFirst(prefix.count)), $0.value) })
    }
    weights = section(.model)
    optimizerState = section(.optimizer)
    frozen = record.frozen
    settings = record.settings
    step = record.step
    generator = record.generator
    position = record.position
    unfreezing = record.unfreezing
    earlyStopping = record.earlyStopping.map { EarlyStopping(state: $0, bestWeights: section(.best)) }
    notes = record.notes
    if let problem = record.problem {
      throw TrainingCheckpointError.damaged(file: url.path, problem: problem)
    }
  }
}
