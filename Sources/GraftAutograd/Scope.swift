import GraftTensor

/// Whether layers learn or infer: dropout drops, and batch norm uses and updates batch statistics, in training only.
public enum Mode: Sendable, Hashable {
  /// Results as a user of the model gets them: nothing is dropped, running statistics are used and stay.
  case inference
  /// Layers learn: elements are dropped, batch statistics are used and move the running ones, unless those are frozen.
  case training

  /// The mode of the surrounding scope: training inside ``valueAndGradients(_:)``, inference everywhere else,
  /// unless ``withMode(_:_:)`` says otherwise.
  public static var current: Mode { Scope.current.mode }
}

/// What the surrounding scopes have set, in one task-local value so that an operation reads it once.
package struct Scope: Sendable {
  @TaskLocal package static var current = Scope()

  /// Where operations are recorded; `nil` outside ``valueAndGradients(_:)``.
  package var tape: Tape?
  package var mode: Mode = .inference
  package var randomness: Randomness?
  /// Whether a ``checkpointed(_:_:)`` block runs for the second time, so that it must leave no trace.
  package var isReplaying = false
}

/// Runs `body` in another mode than the surrounding scope's, for the rare case: dropout at inference, say.
public func withMode<Result>(_ mode: Mode, _ body: () throws -> Result) rethrows -> Result {
  var scope = Scope.current
  scope.mode = mode
  return try Scope.$current.withValue(scope, operation: body)
}

/// Runs `body` without recording: nothing in it has a gradient, whatever it is computed from.
///
/// The mode becomes inference too. Use ``withMode(_:_:)`` inside to change that.
public func withoutRecording<Result>(_ body: () throws -> Result) rethrows -> Result {
  var scope = Scope.current
  scope.tape = nil
  scope.mode = .inference
  return try Scope.$current.withValue(scope, operation: body)
}

/// Runs `body` with `generator` as the source of randomness for dropout and the like; it has moved on afterwards.
public func withRandomness<Result>(
  _ generator: inout RandomGenerator, _ body: () throws -> Result
) rethrows -> Result {
  let randomness = Randomness(generator)
  defer { generator = randomness.generator }
  var scope = Scope.current
  scope.randomness = randomness
  return try Scope.$current.withValue(scope, operation: body)
}

/// The generator that a scope's random operations share.
package final class Randomness: @unchecked Sendable {
  package var generator: RandomGenerator

  package init(_ generator: RandomGenerator) { self.generator = generator }

  /// The scope's generator; where no scope has set one, a fresh one that nobody can repeat.
  package static var current: Randomness {
    Scope.current.randomness ?? Randomness(RandomGenerator(seed: .random(in: .min ... .max)))
  }
}
