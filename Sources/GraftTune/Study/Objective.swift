/// What a study is after: a number that a trial ends with, and whether more or less of it is better.
public struct Objective: Sendable, Hashable, Codable {
  /// What it is called in files and reports: `accuracy`.
  public let name: String
  /// Whether more is better.
  public let isMaximized: Bool

  /// More of it is better: an accuracy.
  public static func maximize(_ name: String) -> Objective { Objective(name: name, isMaximized: true) }

  /// Less of it is better: a loss, a latency.
  public static func minimize(_ name: String) -> Objective { Objective(name: name, isMaximized: false) }

  /// Whether one value is better than another. A value that is not a number is better than none.
  public func isBetter(_ value: Double, than other: Double) -> Bool { cost(of: value) < cost(of: other) }

  /// The value, or its negative where it is to be maximised: small is good.
  public func cost(of value: Double) -> Double { isMaximized ? -value : value }
}
