import GraftTensor

/// Why an optimizer, or a weight average, can't go on from a saved state.
public enum OptimizerStateError: GraftError, Hashable {
  /// Entries that belong to no parameter of the model.
  case unexpected(names: [String])
  /// An entry that must be there is not.
  case missing(name: String)
  /// An entry of another element type, shape or range than its parameter calls for.
  case mismatched(name: String, expected: String, found: String)
  /// The tensors of a parameter are not what this kind of optimizer remembers.
  case otherOptimizer(path: String, optimizer: String, names: [String])

  public var description: String {
    switch self {
    case .unexpected(let names):
      return
        "The saved state has entries for which the model has no place: \(names.joined(separator: ", ")). "
        + "Give the model the architecture it had when the state was saved, its head included."
    case .missing(let name):
      return "The saved state lacks the entry \(name): it is incomplete, or of another model."
    case .mismatched(let name, let expected, let found):
      return "The entry \(name) of the saved state should be \(expected) but is \(found). "
        + "Give the model the architecture it had when the state was saved, its head included."
    case .otherOptimizer(let path, let optimizer, let names):
      return "The state for \(path) holds \(names.isEmpty ? "no tensors" : names.joined(separator: ", ")), "
        + "which is not what \(optimizer) remembers. Resume with the optimizer that the state was saved from."
    }
  }
}
