// The only place that uses reflection. It takes microseconds a property: fine for loading, freezing and summaries, never
// called in a training step.

/// The members of a module by the names of its stored properties, those of superclasses first.
func reflectedMembers(of module: any Module) -> [Member] {
  let names = type(of: module).checkpointNames
  var members: [Member] = []
  for child in storedProperties(of: module) {
    guard let label = child.label else { continue }
    let name = names[label] ?? snakeCased(label)
    if let content = content(of: child.value) ?? list(of: child.value).map(Member.Content.module) {
      members.append(Member(name, content))
    }
  }
  return members
}

/// The stored properties of a module that are not members, each as "name: value": what tells a pooling of 2 × 2 from one of
/// 3 × 3, which have the same type and no weights.
package func reflectedSettings(of module: any Module) -> [String] {
  storedProperties(of: module).compactMap { child in
    guard let label = child.label, content(of: child.value) == nil, list(of: child.value) == nil else {
      return nil
    }
    return "\(label): \(child.value)"
  }
}

/// The stored properties of a module, those of superclasses first.
private func storedProperties(of module: any Module) -> [Mirror.Child] {
  var mirrors = [Mirror(reflecting: module)]
  while let parent = mirrors[0].superclassMirror { mirrors.insert(parent, at: 0) }
  return mirrors.flatMap(\.children)
}

/// A parameter, buffer or module, also inside an optional; `nil` for any other property.
private func content(of value: Any) -> Member.Content? {
  switch value {
  case let parameter as Parameter: return .parameter(parameter)
  case let buffer as any AnyBuffer: return .buffer(buffer)
  case let module as any Module: return .module(module)
  default: return nil
  }
}

/// An array of modules or parameters, or of such arrays; `nil` for any other property.
///
/// An empty array of anything passes for an empty array of modules, so it is left out: it holds no state anyway.
private func list(of value: Any) -> ModuleList? {
  switch value {
  case let modules as [any Module] where !modules.isEmpty:
    return ModuleList(modules.map(Member.Content.module))
  case let parameters as [Parameter] where !parameters.isEmpty:
    return ModuleList(parameters.map(Member.Content.parameter))
  case let lists as [[any Module]] where !lists.isEmpty:
    return ModuleList(lists.map { .module(ModuleList($0.map(Member.Content.module))) })
  default: return nil
  }
}

/// `runningMean` becomes `running_mean`; a leading capital stays, as in `AuxLogits`.
private func snakeCased(_ name: String) -> String {
  var result = ""
  for character in name {
    if character.isUppercase && !result.isEmpty {
      if name.first?.isUppercase == true { return name }
      result += "_" + character.lowercased()
    } else {
      result.append(character)
    }
  }
  return result
}

/// Parts numbered from 0: how an array appears in a path.
final class ModuleList: Module {
  private let parts: [Member.Content]

  init(_ parts: [Member.Content]) { self.parts = parts }

  var members: [Member] {
    parts.enumerated().map { Member(String($0.offset), $0.element) }
  }
}
