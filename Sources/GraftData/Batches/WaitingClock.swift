import Foundation

/// Adds up how long loops have waited for their batches.
final class WaitingClock: @unchecked Sendable {
  private let lock = NSLock()
  private var sum = Duration.zero

  /// The time so far.
  var total: Duration { lock.withLock { sum } }

  func add(_ duration: Duration) {
    lock.withLock { sum += duration }
  }
}
