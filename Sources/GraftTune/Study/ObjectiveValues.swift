/// What an objective returns: a number, or one for each of several objectives.
public protocol ObjectiveValues: Sendable {
  /// One for each objective.
  var objectiveValues: [Double] { get }
}

extension Double: ObjectiveValues {
  public var objectiveValues: [Double] { [self] }
}

extension Float: ObjectiveValues {
  public var objectiveValues: [Double] { [Double(self)] }
}

extension Int: ObjectiveValues {
  public var objectiveValues: [Double] { [Double(self)] }
}

extension Array: ObjectiveValues where Element == Double {
  public var objectiveValues: [Double] { self }
}
