import GraftTensor

/// Why a search space cannot be made.
public enum SearchSpaceError: GraftError, Hashable {
  /// It has no hyperparameters.
  case empty
  /// Two have one name.
  case duplicate(name: String)
  /// A condition names one that is not there, or comes later.
  case unknownParent(name: String, parent: String)
  /// A range or a list of choices cannot be searched.
  case domain(name: String, problem: String)
  /// None of ten thousand random combinations is allowed.
  case unsatisfiable

  /// What is wrong, and what to do about it.
  public var description: String {
    switch self {
    case .empty: return "A search space needs at least one hyperparameter."
    case .duplicate(let name): return "Two hyperparameters are called \(name). Give each its own name."
    case .unknownParent(let name, let parent):
      return
        "\(name) exists only for some values of \(parent), which is not among the hyperparameters before it. "
        + "Put \(parent) into the space, before \(name)."
    case .domain(let name, let problem): return "\(name) cannot be searched: \(problem)."
    case .unsatisfiable:
      return
        "Of 10,000 random combinations the constraint allows none. Narrow the ranges to where it holds, or loosen it."
    }
  }
}
