/// What the few functions that a file of tensors calls do.
extension PickleReader {
  /// Makes what a global makes of a tuple of arguments.
  mutating func reduce() throws(TensorFileError.Problem) {
    guard case .tuple(let index) = try pop() else { throw fault("a call without arguments") }
    let arguments = objects.tuples[index]
    guard case .global(let global) = try pop() else { throw fault("a call of something that is no function") }
    switch global {
    case .orderedDictionary: pushDictionary(try items(arguments))
    case .size:
      guard arguments.count == 1, let lengths = objects.elements(of: arguments[0]) else {
        throw fault("a torch.Size of something else than a tuple")
      }
      pushTuple(lengths)
    case .tensor: try pushTensor(arguments, type: nil, metadata: arguments.dropFirst(6).first)
    case .typedTensor:
      guard arguments.count >= 7, case .global(.elementType(let type)) = arguments[6] else {
        throw fault("a tensor without an element type")
      }
      try pushTensor(arguments, type: type, metadata: arguments.dropFirst(7).first)
    case .parameter:
      guard (3...4).contains(arguments.count), case .tensor = arguments[0] else {
        throw fault("a parameter without a tensor")
      }
      push(arguments[0])
    case .inert: push(.inert)
    case .storage, .elementType: throw fault("a call of a type")
    }
  }

  /// The items of an ordered dictionary: none, or, as Python 2 wrote them, a list of pairs.
  private mutating func items(
    _ arguments: [PickleValue]
  ) throws(TensorFileError.Problem) -> [(key: PickleValue, value: PickleValue)] {
    guard let argument = arguments.first else { return [] }
    guard arguments.count == 1, let elements = objects.elements(of: argument) else {
      throw fault("an ordered dictionary of something else than pairs")
    }
    try countCopies(elements.count)
    var pairs: [(key: PickleValue, value: PickleValue)] = []
    for element in elements {
      guard let pair = objects.elements(of: element), pair.count == 2 else {
        throw fault("an ordered dictionary of something else than pairs")
      }
      pairs.append((pair[0], pair[1]))
    }
    return pairs
  }

  /// Storage, offset, shape and strides; what follows says how gradients were computed and does not matter here.
  private mutating func pushTensor(
    _ arguments: [PickleValue], type: PyTorchElementType?, metadata: PickleValue?
  ) throws(TensorFileError.Problem) {
    guard arguments.count >= 4, case .storage(let storage) = arguments[0],
      let offset = arguments[1].naturalNumber, let shape = objects.naturalNumbers(in: arguments[2]),
      let strides = objects.naturalNumbers(in: arguments[3]), shape.count == strides.count
    else { throw fault("a tensor without storage, offset, shape and strides") }
    var isTransformed = false
    if case .dictionary(let index) = metadata { isTransformed = !objects.dictionaries[index].isEmpty }
    objects.tensors.append(
      PyTorchTensor(
        storage: storage, type: type ?? objects.storages[storage].type, offset: offset, shape: shape,
        strides: strides, isTransformed: isTransformed))
    push(.tensor(objects.tensors.count - 1))
  }

  /// The state that Python would give an object: of use to no dictionary's content, and nothing else may have one.
  mutating func build() throws(TensorFileError.Problem) {
    _ = try pop()
    switch try top() {
    case .dictionary, .inert: break
    default: throw fault("a state for something that has none")
    }
  }

  /// A storage: the word `storage`, a class, a key, where it was, how many elements, and in old files which part.
  mutating func pushStorage(_ identifier: PickleValue) throws(TensorFileError.Problem) {
    guard case .tuple(let index) = identifier, let kind = objects.tuples[index].first,
      case .text(let word) = kind
    else { throw fault("a reference to something outside the pickle") }
    guard word == "storage" else { throw .refusedGlobal("reference to a \(word)") }
    let parts = objects.tuples[index]
    guard (5...6).contains(parts.count), case .global(.storage(let type)) = parts[1],
      case .text(let key) = parts[2], let count = parts[4].naturalNumber
    else { throw fault("a storage without class, key and size") }
    var storage = PyTorchStorage(key: key, type: type, count: count)
    if parts.count == 6, let view = objects.elements(of: parts[5]) {
      guard view.count == 3, let start = view[1].naturalNumber, let length = view[2].naturalNumber,
        start <= count, length <= count - start
      else { throw fault("a part of a storage that reaches outside it") }
      storage.view = start..<(start + length)
    }
    objects.storages.append(storage)
    push(.storage(objects.storages.count - 1))
  }
}
