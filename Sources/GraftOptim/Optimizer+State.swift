import GraftNN
import GraftTensor

extension Optimizer {
  /// What the optimizer remembers about a model's parameters, by name, for a checkpoint.
  ///
  /// For each parameter that has been moved, under its path in the model: the number of its steps (`fc.weight.steps`,
  /// one Int64) and its tensors (`fc.weight.first_moment`, of the parameter's shape).
  ///
  /// Settings are not in it: rate, decay and ``groups`` are the program's, which sets them before it resumes. Nor is
  /// what is remembered about parameters of another model, or of a head that has been replaced.
  public func state(of model: any Module) -> [String: AnyTensor] {
    var result: [String: AnyTensor] = [:]
    for entry in model.state {
      guard let parameter = entry.parameter, let state = memory.state(of: parameter) else { continue }
      result[entry.path + "." + stepsName] = savedCount(memory.steps(of: parameter))
      for (name, tensor) in state.tensors { result[entry.path + "." + name] = AnyTensor(tensor) }
    }
    return result
  }

  /// Takes over what ``state(of:)`` gave, so that training goes on as if it had not been interrupted.
  ///
  /// What was remembered about the model's parameters is replaced: one without an entry starts at its first step. What
  /// is remembered about other parameters, and all settings, stay. Either all of it is taken over or, if an
  /// ``OptimizerStateError`` is thrown, nothing.
  public mutating func load(_ state: [String: AnyTensor], for model: any Module) throws {
    var remaining = state
    var loaded: [(parameter: Parameter, state: State, steps: Int)] = []
    var parameters: [Parameter] = []
    for entry in model.state {
      guard let parameter = entry.parameter else { continue }
      parameters.append(parameter)
      guard let found = try removeState(of: parameter, at: entry.path, from: &remaining) else { continue }
      loaded.append((parameter, found.state, found.steps))
    }
    guard remaining.isEmpty else { throw OptimizerStateError.unexpected(names: remaining.keys.sorted()) }
    for parameter in parameters { memory.forget(parameter) }
    for (parameter, state, steps) in loaded { memory.set(state, steps: steps, for: parameter) }
  }

  /// The state under a path, which it takes out of `entries`; nil if there is none.
  private func removeState(
    of parameter: Parameter, at path: String, from entries: inout [String: AnyTensor]
  ) throws -> (state: State, steps: Int)? {
    let prefix = path + "."
    // A parameter's path is never the beginning of another's, so what is left of these names is the tensor's own.
    let names = entries.keys.filter { $0.hasPrefix(prefix) }.sorted()
    guard !names.isEmpty else { return nil }
    var steps: Int?
    var tensors: [String: Tensor<Float>] = [:]
    for name in names {
      guard let value = entries.removeValue(forKey: name) else { continue }
      let shortName = String(name.dropFirst(prefix.count))
      if shortName == stepsName {
        steps = try readCount(value, named: name)
      } else {
        tensors[shortName] = try tensor(from: value, name, shape: parameter.shape)
      }
    }
    guard let steps else { throw OptimizerStateError.missing(name: prefix + stepsName) }
    guard let state = State(tensors: tensors) else {
      throw OptimizerStateError.otherOptimizer(
        path: path, optimizer: "\(Self.self)", names: tensors.keys.sorted())
    }
    return (state, steps)
  }

  private func tensor(from value: AnyTensor, _ name: String, shape: Shape) throws -> Tensor<Float> {
    guard let tensor = value.as(Float.self), tensor.shape == shape else {
      throw OptimizerStateError.mismatched(
        name: name, expected: "float32 \(shape)", found: "\(value.elementType.rawValue) \(value.shape)")
    }
    return tensor
  }
}

/// What a parameter's number of steps is called in a checkpoint.
private let stepsName = "steps"
