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

/// What the surrounding calls have set, for the operations of the same thread.
///
/// Scopes end where they began, in one thread, because no body is asynchronous. A task started inside does not inherit
/// them: two threads can't write on one tape.
package struct Scope {
  /// Where operations are recorded; `nil` outside ``valueAndGradients(_:)``.
  package var tape: Tape?
  package var mode: Mode = .inference
  package var randomness: Randomness?
  /// Whether a ``checkpointed(_:_:)`` block runs for the second time, so that it must leave no trace.
  package var isReplaying = false

  /// The innermost scope around the caller.
  package static var current: Scope { innermost?.pointee ?? Scope() }

  /// The tape of the innermost scope.
  package static var tape: Tape? { innermost?.pointee.tape }

  private static var innermost: UnsafePointer<Scope>? {
    ThreadScope.current?.assumingMemoryBound(to: Scope.self)
  }

  /// Runs `body` inside this scope.
  package func run<Result>(_ body: () throws -> Result) rethrows -> Result {
    try ThreadScope.with(self, body)
  }
}

/// Runs `body` in another mode than the surrounding scope's, for the rare case: dropout at inference, say.
public func withMode<Result>(_ mode: Mode, _ body: () throws -> Result) rethrows -> Result {
  var scope = Scope.current
  scope.mode = mode
  return try scope.run(body)
}

/// Runs `body` without recording: nothing in it has a gradient, whatever it is computed from.
///
/// The mode becomes inference too. Use ``withMode(_:_:)`` inside to change that.
public func withoutRecording<Result>(_ body: () throws -> Result) rethrows -> Result {
  var scope = Scope.current
  scope.tape = nil
  scope.mode = .inference
  return try scope.run(body)
}

/// Runs `body` with `generator` as the source of randomness for dropout and the like; it has moved on afterwards.
public func withRandomness<Result>(
  _ generator: inout RandomGenerator, _ body: () throws -> Result
) rethrows -> Result {
  let randomness = Randomness(generator)
  defer { generator = randomness.generator }
  var scope = Scope.current
  scope.randomness = randomness
  return try scope.run(body)
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
