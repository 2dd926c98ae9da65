import GraftTensor

/// Tries every combination of some values of each hyperparameter, and then ends.
///
/// ```swift
/// let grid = GridSearch(points: 4).points(7, for: rate)
/// print(grid.count(in: space))
/// ```
///
/// A range is divided evenly in its scale, its ends included; choices are all tried, and integers where there are no more than points.
/// A hyperparameter that does not exist for some value of another one takes no part in the combinations there, so that none comes
/// twice, and what the constraint does not allow is left out. The first hyperparameter of the space changes last.
public struct GridSearch: SearchMethod {
  /// How many values of a range are tried.
  public let points: Int
  private var pointsByName: [String: Int] = [:]

  /// `grid`
  public var name: String { "grid" }

  /// A grid.
  ///
  /// - Parameter points: how many values of a range are tried: one is its middle. Default: 5. Traps if less than 1.
  public init(points: Int = 5) {
    require(points > 0, "GridSearch: \(points) points")
    self.points = points
  }

  /// The same with another number of values for one hyperparameter. Traps if less than 1.
  public func points<Value>(_ points: Int, for parameter: Hyperparameter<Value>) -> GridSearch {
    require(points > 0, "GridSearch: \(points) points for \(parameter.name)")
    var copy = self
    copy.pointsByName[parameter.name] = points
    return copy
  }

  /// The first combination that no trial has yet, whatever became of the trial.
  public func proposal(number: Int, given history: SearchHistory, seed: UInt64) -> Configuration? {
    let tried = Set(history.trials.map(\.configuration))
    var found: Configuration?
    visit(history.space) { configuration in
      guard !tried.contains(configuration) else { return true }
      found = configuration
      return false
    }
    return found
  }

  /// How many combinations there are. Makes each of them once.
  public func count(in space: SearchSpace) -> Int {
    var count = 0
    visit(space) { _ in
      count += 1
      return true
    }
    return count
  }

  /// The values of a dimension that take part.
  private func settings(of dimension: Dimension) -> [Setting] {
    let domain = dimension.domain
    let points = pointsByName[dimension.name] ?? points
    switch domain {
    case .categorical(let labels): return labels.map(Setting.label)
    case .integer(let range, _) where range.count <= points: return range.map { .number(Double($0)) }
    default: break
    }
    guard points > 1 else { return [domain.setting(at: 0.5)] }
    return (0..<points).map { domain.setting(at: Double($0) / Double(points - 1)) }.unique
  }

  /// Shows each combination that is allowed, in order, until `body` returns false.
  private func visit(_ space: SearchSpace, _ body: (Configuration) -> Bool) {
    let choices = space.dimensions.map(settings(of:))
    var settings: [String: Setting] = [:]

    func descend(_ depth: Int) -> Bool {
      guard depth < choices.count else {
        let configuration = Configuration(settings)
        return space.allows(configuration) ? body(configuration) : true
      }
      let dimension = space.dimensions[depth]
      guard space.exists(dimension, given: settings) else { return descend(depth + 1) }
      defer { settings[dimension.name] = nil }
      for setting in choices[depth] {
        settings[dimension.name] = setting
        guard descend(depth + 1) else { return false }
      }
      return true
    }
    _ = descend(0)
  }
}

extension [Setting] {
  /// Each once, in the order of their first appearance.
  fileprivate var unique: [Setting] {
    var seen: Set<Setting> = []
    return filter { seen.insert($0).inserted }
  }
}
