import GraftTensor

/// Why a selection names nothing in a model.
public enum SelectionError: GraftError, Hashable {
  /// No parameter or buffer matches; `nearest` are the paths of the model that look most like what was asked for.
  case matchesNothing(selection: String, nearest: [String])
  /// The selection speaks of stages, head or backbone, and the model is not a ``StagedModel``.
  case noTransferContract(selection: String, model: String)
  /// The model has no stage of that index.
  case noSuchStage(index: Int, stages: [String])

  /// What was asked for, why it can't be had, and what there is instead.
  public var description: String {
    switch self {
    case .matchesNothing(let selection, let nearest):
      return "The selection \(selection) matches nothing in this model. The nearest paths are: "
        + nearest.joined(separator: ", ")
    case .noTransferContract(let selection, let model):
      return "The selection \(selection) needs a model with stages and a head, "
        + "but \(model) does not conform to StagedModel. Use paths instead."
    case .noSuchStage(let index, let stages):
      return
        "There is no stage \(index); the stages are 0..<\(stages.count): \(stages.joined(separator: ", "))"
    }
  }
}

extension Selection {
  /// The parameters and buffers of `model` that the selection names, in the model's order.
  ///
  /// Throws ``SelectionError`` if it names none.
  public func resolve(in model: any Module) throws -> [StateEntry] {
    let state = model.state
    let found = try entries(of: state, in: model)
    guard !found.isEmpty else {
      throw SelectionError.matchesNothing(
        selection: description, nearest: nearestPaths(to: description, in: state.map(\.path)))
    }
    return state.filter { found.contains($0.path) }
  }

  /// The paths that the selection names; may be empty.
  private func entries(of state: [StateEntry], in model: any Module) throws -> Set<String> {
    switch self {
    case .all: return Set(state.map(\.path))
    case .path(let pattern):
      let glob = PathPattern(pattern)
      return Set(state.map(\.path).filter(glob.matches))
    case .biases:
      return Set(state.filter { $0.parameter != nil && $0.path.hasName("bias") }.map(\.path))
    case .normalization: return Set(state.filter { $0.owner is any NormalizationLayer }.map(\.path))
    case .statistics: return Set(state.filter { $0.buffer != nil }.map(\.path))
    case .head: return try headPaths(of: state, in: model)
    case .backbone: return try Set(state.map(\.path)).subtracting(headPaths(of: state, in: model))
    case .stage(let index):
      let stages = try staged(model).stages
      let position = index < 0 ? index + stages.count : index
      guard stages.indices.contains(position) else {
        throw SelectionError.noSuchStage(index: index, stages: stages.map(\.name))
      }
      return try stages[position].selection.entries(of: state, in: model)
    case .intersection(let left, let right):
      return try left.entries(of: state, in: model).intersection(right.entries(of: state, in: model))
    case .union(let left, let right):
      return try left.entries(of: state, in: model).union(right.entries(of: state, in: model))
    case .complement(let operand):
      return try Set(state.map(\.path)).subtracting(operand.entries(of: state, in: model))
    }
  }

  private func staged(_ model: any Module) throws -> any StagedModel {
    guard let model = model as? any StagedModel else {
      throw SelectionError.noTransferContract(selection: description, model: "\(type(of: model))")
    }
    return model
  }

  private func headPaths(of state: [StateEntry], in model: any Module) throws -> Set<String> {
    let contract = try staged(model)
    let heads = [contract.head] + contract.auxiliaryHeads
    let owners = Set(heads.flatMap { $0.modules.map { ObjectIdentifier($0.module) } })
    return Set(state.filter { owners.contains(ObjectIdentifier($0.owner)) }.map(\.path))
  }
}

extension String {
  fileprivate func hasName(_ name: String) -> Bool { self == name || hasSuffix("." + name) }
}

/// The three paths, of entries or of modules that hold them, with the smallest edit distance to what was asked for.
private func nearestPaths(to text: String, in paths: [String]) -> [String] {
  let wanted = Array(text.replacing("path(\"", with: "").replacing("\")", with: ""))
  let candidates = Set(paths.flatMap(prefixes))
  let ranked = candidates.map { (path: $0, distance: editDistance(wanted, Array($0))) }
  return ranked.sorted { ($0.distance, $0.path) < ($1.distance, $1.path) }.prefix(3).map(\.path)
}

/// A path and the paths of the modules above it: `a.b.c`, `a.b`, `a`.
private func prefixes(of path: String) -> [String] {
  let components = path.split(separator: ".")
  return (1...max(components.count, 1)).map { components.prefix($0).joined(separator: ".") }
}

/// The number of single-character insertions, deletions and substitutions between two texts (Levenshtein, 1966).
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var previous = Array(0...b.count)
  for (row, left) in a.enumerated() {
    var current = [row + 1]
    for (column, right) in b.enumerated() {
      let substitution = previous[column] + (left == right ? 0 : 1)
      current.append(min(substitution, previous[column + 1] + 1, current[column] + 1))
    }
    previous = current
  }
  return previous[b.count]
}
