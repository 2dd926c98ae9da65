import Foundation

/// A sample that was left out because it could not be fetched.
public struct SkippedSample: Sendable {
  /// Its position in the source.
  public let index: Int

  /// Why.
  public let error: any Error
}

/// The samples that several threads have left out.
final class SkippedSamples: @unchecked Sendable {
  private let lock = NSLock()
  private var errors: [Int: any Error] = [:]

  /// Each once, by position.
  var sorted: [SkippedSample] {
    lock.withLock { errors }.sorted { $0.key < $1.key }.map { SkippedSample(index: $0.key, error: $0.value) }
  }

  func add(_ index: Int, _ error: any Error) {
    lock.withLock { errors[index] = error }
  }
}
