/// How the next configuration is chosen.
///
/// A method is a value without state: what it proposes depends on nothing but the history it is given, the number of the trial and the
/// seed. So a study that was interrupted goes on with the proposals it would have made, and several processes may share one.
public protocol SearchMethod: Sendable {
  /// What reports call it.
  var name: String { get }

  /// The configuration of the trial of that number; `nil` when there is nothing left to try.
  ///
  /// It must be one that the space allows.
  func proposal(number: Int, given history: SearchHistory, seed: UInt64) -> Configuration?
}
