import Foundation
import GraftData
import GraftNN
import GraftOptim
import GraftTensor

/// Everything that a run needs to go on as if it had never stopped.
///
/// Weights, running statistics, what is frozen, the optimizer's state with its rates and decays, the number
/// of steps (from which schedules follow), the generator, the place in the epoch, the phase of unfreezing,
/// early stopping with its best weights, and whatever else a program wants to keep, in one safetensors file.
///
/// ```swift
/// var checkpoint = TrainingCheckpoint(model: model, optimizer: optimizer)
/// checkpoint.step = step
/// checkpoint.generator = generator
/// checkpoint.position = position
/// try checkpoint.save(to: url)
///
/// let checkpoint = try TrainingCheckpoint(contentsOf: url)
/// try checkpoint.restore(model, optimizer: &optimizer)
/// ```
///
/// A file is replaced as a whole: whenever the process dies, the old or the new one is there, complete.
public struct TrainingCheckpoint: Sendable {
  /// The number of optimizer steps taken: the argument of schedules.
  public var step = 0

  /// The generator that dropout and the like draw from.
  public var generator: RandomGenerator?

  /// The next batch.
  public var position: BatchPosition?

  /// How far a ``GradualUnfreezing`` that waits for a plateau has come.
  public var unfreezing: GradualUnfreezing.Phase?

  /// Early stopping, its best weights included.
  public var earlyStopping: EarlyStopping?

  /// Text of your own, by name: settings, a version, where the data came from.
  public var notes: [String: String] = [:]

  /// The model's parameters and buffers by path.
  var weights: [String: AnyTensor]

  /// The optimizer's state, under its own names.
  var optimizerState: [String: AnyTensor]

  /// The optimizer's rates and decays.
  var settings: OptimizerSettings

  /// The paths of frozen parameters and buffers, sorted.
  var frozen: [String]

  /// A checkpoint of a model and its optimizer as they are now. Set the other properties as the run has them.
  ///
  /// Cheap: tensors are shared until one side changes.
  public init(model: some Module, optimizer: some Optimizer) {
    let entries = model.state
    weights = Dictionary(uniqueKeysWithValues: entries.map { ($0.path, $0.anyValue) })
    frozen = entries.filter { !$0.isTrainable }.map(\.path).sorted()
    optimizerState = optimizer.state(of: model)
    settings = OptimizerSettings(of: optimizer, for: entries)
  }

  /// Gives a model and an optimizer the state they had: all of it, or none if something does not fit.
  ///
  /// The other properties are the caller's to take: ``generator``, ``position``, ``unfreezing``,
  /// ``earlyStopping``.
  ///
  /// - Throws: `CheckpointError` if the model is not the one that was saved, `OptimizerStateError` if the
  ///   optimizer is another.
  public func restore(_ model: some Module, optimizer: inout some Optimizer) throws {
    var restored = optimizer
    try restored.load(optimizerState, for: model)
    try model.load(Checkpoint(weights))
    let entries = model.state
    let frozenPaths = Set(frozen)
    for entry in entries { entry.isTrainable = !frozenPaths.contains(entry.path) }
    settings.apply(to: &restored, for: entries)
    optimizer = restored
  }

  /// Keeps a value of your own, the state of a `ReduceOnPlateau` for example, as JSON under a name in
  /// ``notes``.
  ///
  /// Throws what the encoding throws: for a number that is not finite, for example.
  public mutating func set(_ value: some Encodable, for name: String) throws {
    notes[name] = String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
  }

  /// A value that ``set(_:for:)`` kept; `nil` if there is none of that name.
  ///
  /// Throws what the decoding throws if the value is of another type.
  public func value<Value: Decodable>(_ type: Value.Type = Value.self, for name: String) throws -> Value? {
    try notes[name].map { try JSONDecoder().decode(Value.self, from: Data($0.utf8)) }
  }
}
