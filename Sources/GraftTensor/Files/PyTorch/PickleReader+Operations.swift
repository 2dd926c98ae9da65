extension PickleReader {
  /// Carries out one operation other than the last.
  mutating func perform(_ operation: PickleOpcode) throws(TensorFileError.Problem) {
    switch operation {
    case .protocolVersion:
      let version = try takeByte()
      guard (2...5).contains(version) else { throw fault("protocol \(version); known are 2 to 5") }
    case .frame:
      guard try takeNumber(8) <= UInt64(reader.count - offset) else { throw fault("a frame beyond the file") }
    case .stop: break
    case .mark: pushMark()
    case .pop: _ = try pop()
    case .popMark: _ = try popToMark()

    case .none: push(.none)
    case .newTrue: push(.boolean(true))
    case .newFalse: push(.boolean(false))
    case .binInt: push(.integer(Int(Int32(truncatingIfNeeded: try takeNumber(4)))))
    case .binInt1: push(.integer(Int(try takeNumber(1))))
    case .binInt2: push(.integer(Int(try takeNumber(2))))
    case .long1: try pushLong(try takeNumber(1))
    case .long4: try pushLong(try takeNumber(4))
    case .shortBinString, .shortBinUnicode: push(.text(try takeText(1)))
    case .binString, .binUnicode: push(.text(try takeText(4)))
    case .binUnicode8: push(.text(try takeText(8)))
    case .binFloat: try pushInert(byteCount: 8)
    case .shortBinBytes: try pushInert(byteCount: try takeNumber(1))
    case .binBytes: try pushInert(byteCount: try takeNumber(4))
    case .binBytes8, .byteArray8: try pushInert(byteCount: try takeNumber(8))

    case .emptyTuple: pushTuple([])
    case .tuple1: pushTuple(try popLast(1))
    case .tuple2: pushTuple(try popLast(2))
    case .tuple3: pushTuple(try popLast(3))
    case .tuple: pushTuple(try popToMark())
    case .emptyList: pushList([])
    case .list: pushList(try popToMark())
    case .append: try append(try popLast(1))
    case .appends: try append(try popToMark())
    case .emptyDictionary: pushDictionary([])
    case .dictionary: pushDictionary(try pairs(try popToMark()))
    case .setItem: try setItems(try popLast(2))
    case .setItems: try setItems(try popToMark())
    case .emptySet: push(.inert)
    case .addItems: _ = try popToMark()
    case .frozenSet:
      _ = try popToMark()
      push(.inert)

    case .binPut: try memorize(try takeNumber(1))
    case .longBinPut: try memorize(try takeNumber(4))
    case .memoize: try memorize(nil)
    case .binGet: push(try recall(try takeNumber(1)))
    case .longBinGet: push(try recall(try takeNumber(4)))

    case .global: try pushGlobal(module: try takeLine(), name: try takeLine())
    case .stackGlobal:
      let names = try popLast(2)
      guard case .text(let module) = names[0], case .text(let name) = names[1] else {
        throw fault("a global whose name is no text")
      }
      try pushGlobal(module: module, name: name)
    case .binPersistentID: try pushStorage(try pop())
    case .reduce: try reduce()
    case .build: try build()
    }
  }

  /// Takes the last values, in the order in which they were pushed.
  private mutating func popLast(_ count: Int) throws(TensorFileError.Problem) -> [PickleValue] {
    var values: [PickleValue] = []
    for _ in 0..<count { values.append(try pop()) }
    return values.reversed()
  }

  /// A signed integer of any number of bytes; its digits are looked at only if they fit 64 bits.
  private mutating func pushLong(_ byteCount: UInt64) throws(TensorFileError.Problem) {
    let range = try take(byteCount)
    guard range.count <= 8 else {
      push(.largeInteger(range))
      return
    }
    let isNegative = range.last.map { reader.bytes[$0] & 0x80 != 0 } ?? false
    push(.integer(range.reversed().reduce(isNegative ? -1 : 0) { $0 << 8 | Int(reader.bytes[$1]) }))
  }

  private mutating func pushInert(byteCount: UInt64) throws(TensorFileError.Problem) {
    _ = try take(byteCount)
    push(.inert)
  }

  mutating func pushTuple(_ values: [PickleValue]) {
    objects.tuples.append(values)
    push(.tuple(objects.tuples.count - 1))
  }

  private mutating func pushList(_ values: [PickleValue]) {
    objects.lists.append(values)
    push(.list(objects.lists.count - 1))
  }

  mutating func pushDictionary(_ pairs: [(key: PickleValue, value: PickleValue)]) {
    objects.dictionaries.append(pairs)
    push(.dictionary(objects.dictionaries.count - 1))
  }

  private mutating func append(_ values: [PickleValue]) throws(TensorFileError.Problem) {
    guard case .list(let index) = try top() else { throw fault("elements for something that is no list") }
    objects.lists[index].append(contentsOf: values)
  }

  private mutating func setItems(_ values: [PickleValue]) throws(TensorFileError.Problem) {
    switch try top() {
    case .dictionary(let index): objects.dictionaries[index].append(contentsOf: try pairs(values))
    case .inert: break
    default: throw fault("items for something that is no dictionary")
    }
  }

  private func pairs(
    _ values: [PickleValue]
  ) throws(TensorFileError.Problem) -> [(key: PickleValue, value: PickleValue)] {
    guard values.count.isMultiple(of: 2) else { throw fault("a key without a value") }
    return stride(from: 0, to: values.count, by: 2).map { (values[$0], values[$0 + 1]) }
  }

  private mutating func pushGlobal(module: String, name: String) throws(TensorFileError.Problem) {
    guard let global = PyTorchGlobal(module: module, name: name) else {
      throw .refusedGlobal("\(module).\(name)")
    }
    push(.global(global))
  }
}
