/// Gives the tensors in nested dictionaries and lists their names: the keys on the way, joined by dots.
struct PyTorchNames {
  /// How deep dictionaries may be nested.
  private static let maximumDepth = 32

  /// Keys under which training programs keep the model's weights beside other things.
  private static let usualSections = ["state_dict", "model_state_dict", "model"]

  /// The names and the numbers of the tensors, in the file's order.
  private(set) var tensors: [(name: String, index: Int)] = []

  private let objects: PickleObjects
  private var names: Set<String> = []

  /// The keys of the outermost dictionary under which there are dictionaries with tensors in them.
  private var sections: [String] = []
  private var hasTensorsAtRoot = false
  private var hasTensorsElsewhere = false

  /// What the names may still cost. A container may be in many places, in which its tensors have as many names: without a
  /// limit a short pickle could name more tensors than there are atoms.
  private var budget: Int

  /// The tensors of a value, all of them or those of a section.
  ///
  /// Throws if two have the same name, or there are none.
  init(
    of value: PickleValue, in objects: PickleObjects, section: String?
  ) throws(TensorFileError.Problem) {
    self.objects = objects
    budget = 1024 + 16 * objects.byteCount
    if case .tensor(let index) = value {
      tensors = [("tensor", index)]
      return
    }
    try collect(value, under: "", depth: 0)
    guard let section = section ?? usualSection else {
      if tensors.isEmpty { throw .noTensors }
      return
    }
    let prefix = section + "."
    tensors = tensors.filter { $0.name.hasPrefix(prefix) }
      .map { (String($0.name.dropFirst(prefix.count)), $0.index) }
    guard !tensors.isEmpty else { throw .noSuchSection(section) }
  }

  /// The key of the only dictionary with tensors, or else the first of the usual ones; none if there are tensors beside.
  private var usualSection: String? {
    if hasTensorsAtRoot { return nil }
    if sections.count == 1 && !hasTensorsElsewhere { return sections[0] }
    return Self.usualSections.first(where: sections.contains)
  }

  private mutating func collect(
    _ value: PickleValue, under prefix: String, depth: Int
  ) throws(TensorFileError.Problem) {
    guard depth < Self.maximumDepth else { throw .nestedTooDeeply(limit: Self.maximumDepth) }
    if case .dictionary(let index) = value {
      for (key, value) in objects.dictionaries[index] {
        let count = tensors.count
        try add(value, key: key, prefix: prefix, depth: depth)
        if depth == 0 && tensors.count > count { noteRoot(value, key: key) }
      }
    } else if let elements = objects.elements(of: value) {
      for (index, element) in elements.enumerated() {
        try add(element, key: .integer(index), prefix: prefix, depth: depth)
      }
    }
  }

  /// Notes in what kind of place of the outermost dictionary tensors were found.
  private mutating func noteRoot(_ value: PickleValue, key: PickleValue) {
    switch (value, key) {
    case (.tensor, _): hasTensorsAtRoot = true
    case (.dictionary, .text(let key)): sections.append(key)
    default: hasTensorsElsewhere = true
    }
  }

  private mutating func add(
    _ value: PickleValue, key: PickleValue, prefix: String, depth: Int
  ) throws(TensorFileError.Problem) {
    try spend(1)
    switch value {
    case .tensor, .dictionary, .list, .tuple: break
    default: return
    }
    // What is under a key of another kind, None for instance, can't be named and is left out.
    let component: String
    switch key {
    case .text(let text): component = text
    case .integer(let number): component = "\(number)"
    default: return
    }
    try spend(prefix.utf8.count + component.utf8.count)
    let name = prefix + component
    guard case .tensor(let index) = value else {
      return try collect(value, under: name + ".", depth: depth + 1)
    }
    guard names.insert(name).inserted else { throw .duplicateName(name) }
    tensors.append((name, index))
  }

  private mutating func spend(_ cost: Int) throws(TensorFileError.Problem) {
    budget -= cost
    guard budget >= 0 else { throw .tooManyObjects(limit: 1024 + 16 * objects.byteCount) }
  }
}
