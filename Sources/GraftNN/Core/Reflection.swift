/// The members of a module by the names of its stored properties, those of superclasses first.
///
/// The only place that uses reflection. It takes microseconds a property: fine for loading, freezing and
/// summaries, never called in a training step.
func reflectedMembers(of module: any Module) -> [Member] {
  let names = type(of: module).checkpointNames
  var mirrors = [Mirror(reflecting: module)]
  while let parent = mirrors[0].superclassMirror { mirrors.insert(parent, at: 0) }
  var members: [Member] = []
  for child in mirrors.flatMap(\.children) {
    guard let label = child.label else { continue }
    let name = names[label] ?? snakeCased(label)
    if let content = content(of: child.value) {
      members.append(Member(name, content))
    } else if let list = child.value as? [any Module] {
      members.append(Member(name, .module(ModuleList(list))))
    }
  }
  return members
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

/// Modules numbered from 0: how an array appears in a path.
final class ModuleList: Module {
  private let modules: [any Module]

  init(_ modules: [any Module]) { self.modules = modules }

  var members: [Member] {
    modules.enumerated().map { Member(String($0.offset), .module($0.element)) }
  }
}
