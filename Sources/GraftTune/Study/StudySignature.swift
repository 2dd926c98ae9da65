/// Which study a file belongs to: its first line.
struct StudySignature: Sendable, Hashable, Codable {
  static let format = "graft-study"
  static let version = 1

  var format = StudySignature.format
  var version = StudySignature.version
  let objectives: [Objective]
  let method: String
  let seed: UInt64
  /// A line for each hyperparameter. A constraint is not among them: it is code.
  let space: [String]

  init(space: SearchSpace, objectives: [Objective], method: String, seed: UInt64) {
    self.objectives = objectives
    self.method = method
    self.seed = seed
    self.space = space.dimensions.map(\.signature)
  }

  /// What distinguishes another study's signature from this one; `nil` if nothing does.
  func difference(from other: StudySignature) -> String? {
    if space != other.space {
      return "it searches \(other.space.joined(separator: "; ")), not \(space.joined(separator: "; "))"
    }
    if objectives != other.objectives {
      return "it is to \(other.goals), not to \(goals)"
    }
    if method != other.method { return "its method is \(other.method), not \(method)" }
    if seed != other.seed { return "its seed is \(other.seed), not \(seed)" }
    return nil
  }

  private var goals: String {
    objectives.map { ($0.isMaximized ? "maximize " : "minimize ") + $0.name }.joined(separator: " and ")
  }
}

extension Dimension {
  /// `rate 1e-05...0.1 logarithmic`, `momentum 0.0...0.99 linear if optimizer is sgd`. Numbers are exact.
  fileprivate var signature: String {
    let condition = condition.map { " if \($0.parent) is \($0.description)" } ?? ""
    switch domain {
    case .continuous(let range, let scale): return "\(name) \(range) \(scale.rawValue)\(condition)"
    case .integer(let range, let scale): return "\(name) integer \(range) \(scale.rawValue)\(condition)"
    case .categorical(let labels): return "\(name) \(labels)\(condition)"
    }
  }
}
