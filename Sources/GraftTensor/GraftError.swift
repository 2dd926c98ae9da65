import Foundation

/// An error of this library: its description says what is wrong, where, and what to do about it.
///
/// The description is also what `localizedDescription` returns, so that it reaches logs and alerts as it is.
public protocol GraftError: LocalizedError, CustomStringConvertible, Sendable {}

extension GraftError {
  /// The description.
  public var errorDescription: String? { description }
}
