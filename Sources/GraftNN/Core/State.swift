import GraftTensor

/// A parameter or buffer of a model, with its path.
public struct StateEntry {
  /// The property names from the model down, joined by dots: `layer1.0.conv1.weight`. The key in a checkpoint.
  public let path: String

  /// What is there.
  public let content: Content

  /// The module whose property it is.
  public let owner: any Module

  /// What can be there.
  public enum Content {
    /// A tensor learned by gradients.
    case parameter(Parameter)
    /// A tensor that is kept but not learned.
    case buffer(any AnyBuffer)
  }

  /// The parameter, if it is one.
  public var parameter: Parameter? {
    if case .parameter(let parameter) = content { return parameter }
    return nil
  }

  /// The buffer, if it is one.
  public var buffer: (any AnyBuffer)? {
    if case .buffer(let buffer) = content { return buffer }
    return nil
  }

  /// The lengths of the value's axes.
  public var shape: Shape {
    switch content {
    case .parameter(let parameter): return parameter.shape
    case .buffer(let buffer): return buffer.shape
    }
  }

  /// Whether the parameter learns, or the buffer adapts.
  public var isTrainable: Bool {
    get {
      switch content {
      case .parameter(let parameter): return parameter.isTrainable
      case .buffer(let buffer): return buffer.isTrainable
      }
    }
    nonmutating set {
      switch content {
      case .parameter(let parameter): parameter.isTrainable = newValue
      case .buffer(let buffer): buffer.isTrainable = newValue
      }
    }
  }

  /// The value with its element type erased.
  public var anyValue: AnyTensor {
    switch content {
    case .parameter(let parameter): return AnyTensor(parameter.value)
    case .buffer(let buffer): return buffer.anyValue
    }
  }

  fileprivate var identity: ObjectIdentifier {
    switch content {
    case .parameter(let parameter): return ObjectIdentifier(parameter)
    case .buffer(let buffer): return ObjectIdentifier(buffer)
    }
  }
}

extension Module {
  /// Every parameter and buffer in the order of the properties; a shared one once, under its first path.
  public var state: [StateEntry] {
    stateWithSharedPaths.map(\.entry)
  }

  /// Every entry of ``state`` with all paths that lead to it, the first being the entry's own.
  var stateWithSharedPaths: [(entry: StateEntry, paths: [String])] {
    var positions: [ObjectIdentifier: Int] = [:]
    var result: [(entry: StateEntry, paths: [String])] = []
    visit(prefix: "") { entry in
      if let position = positions[entry.identity] {
        result[position].paths.append(entry.path)
      } else {
        positions[entry.identity] = result.count
        result.append((entry, [entry.path]))
      }
    }
    return result
  }

  /// Every parameter, each once, in the order of the properties.
  public var parameters: [Parameter] { state.compactMap(\.parameter) }

  /// The number of values in all parameters: what a model's size is usually given as.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.value.count } }

  /// The number of values in the parameters that are trainable now.
  public var trainableParameterCount: Int {
    parameters.reduce(0) { $0 + ($1.isTrainable ? $1.value.count : 0) }
  }

  /// This module (path "") and all modules below it, with their paths, parents first.
  public var modules: [(path: String, module: any Module)] {
    var result: [(path: String, module: any Module)] = []
    collectModules(prefix: "", into: &result)
    return result
  }

  private func visit(prefix: String, _ body: (StateEntry) -> Void) {
    for member in members {
      let path = prefix + member.name
      switch member.content {
      case .parameter(let parameter):
        body(StateEntry(path: path, content: .parameter(parameter), owner: self))
      case .buffer(let buffer): body(StateEntry(path: path, content: .buffer(buffer), owner: self))
      case .module(let module): module.visit(prefix: path + ".", body)
      }
    }
  }

  private func collectModules(prefix: String, into result: inout [(path: String, module: any Module)]) {
    result.append((prefix, self))
    for member in members {
      guard case .module(let module) = member.content else { continue }
      module.collectModules(prefix: prefix.isEmpty ? member.name : prefix + "." + member.name, into: &result)
    }
  }
}
