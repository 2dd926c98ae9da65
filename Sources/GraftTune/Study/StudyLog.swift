import Foundation

/// What has happened in a study, for all threads of this process, and in its file for all processes.
final class StudyLog: @unchecked Sendable {
  /// A state with events that are not yet recorded.
  struct Draft {
    fileprivate(set) var state: StudyState
    fileprivate var events: [StudyEvent] = []

    /// Adds an event. Traps if it can't happen.
    mutating func record(_ event: StudyEvent) {
      do {
        try state.apply(event)
      } catch {
        fatalError("Study: \(error.problem)")
      }
      events.append(event)
    }
  }

  private let lock = NSLock()
  private let file: StudyFile?
  private var current: StudyState

  /// A log in memory, or in a file with everything that is there already.
  init(_ state: StudyState, file: StudyFile?) throws {
    current = state
    self.file = file
    try transaction { _ in }
  }

  /// What is known here, without a look at the file.
  var state: StudyState { lock.withLock { current } }

  /// Reads what others have recorded, lets `body` decide, and records its events. Nothing else is recorded meanwhile, by any process.
  ///
  /// If `body` throws, or the file cannot be written, nothing happened.
  func transaction<Value>(_ body: (inout Draft) throws -> Value) throws -> Value {
    try lock.withLock {
      guard let file else { return try decide(body) { _ in } }
      return try file.withLock {
        var read = current
        try file.readNew { event throws(StudyState.Impossible) in try read.apply(event) }
        current = read
        return try decide(body, file.append)
      }
    }
  }

  private func decide<Value>(
    _ body: (inout Draft) throws -> Value, _ append: ([StudyEvent]) throws -> Void
  ) throws -> Value {
    var draft = Draft(state: current)
    let value = try body(&draft)
    try append(draft.events)
    current = draft.state
    return value
  }
}
