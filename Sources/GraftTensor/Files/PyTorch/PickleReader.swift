/// Reads one pickle as data: executes nothing, and knows only what a file of tensors may hold.
///
/// A pickle is a program for a machine with a stack and a numbered memory. This machine builds ``PickleValue``s. Each
/// operation takes at least one byte of the file and makes at most one object, so memory stays in proportion to
/// the file; what the memory hands out again is a number, and what is copied all the same is counted.
struct PickleReader {
  /// More operations than this are never right: they are enough for a hundred thousand tensors.
  static let maximumOperationCount = 4_000_000

  let reader: ByteReader
  private let limit: Int

  /// The number of the next byte in the file.
  private(set) var offset: Int

  /// Where the operation that is being carried out begins, for messages.
  private(set) var start: Int

  var objects = PickleObjects()
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memory: [UInt64: PickleValue] = [:]
  private var copyCount = 0

  /// A reader of the pickle that begins at an offset of a file and has at most the given number of operations.
  init(_ reader: ByteReader, at offset: Int, limit: Int = maximumOperationCount) {
    self.reader = reader
    self.limit = limit
    self.offset = offset
    start = offset
  }

  /// Reads up to the operation that ends the pickle and returns the value that is left.
  mutating func read() throws(TensorFileError.Problem) -> PickleValue {
    let beginning = offset
    for _ in 0..<limit {
      start = offset
      let code = try takeByte()
      guard let operation = PickleOpcode(rawValue: code) else { throw try refusal(of: code) }
      if operation == .stop {
        objects.byteCount = offset - beginning
        return try pop()
      }
      try perform(operation)
    }
    throw .tooManyObjects(limit: limit)
  }

  /// Notes that so many values are copied. In a pickle that Python wrote each of them took a byte at least.
  mutating func countCopies(_ count: Int) throws(TensorFileError.Problem) {
    copyCount += count
    guard copyCount <= reader.count else { throw .tooManyObjects(limit: reader.count) }
  }

  /// An error at the present operation.
  func fault(_ problem: String) -> TensorFileError.Problem { .malformedPickle(offset: start, problem) }

  /// Why an operation is refused; by the name of the class if it has one.
  private mutating func refusal(of code: UInt8) throws(TensorFileError.Problem) -> TensorFileError.Problem {
    guard let name = PickleOpcode.refusedNames[code] else {
      return fault("unknown operation 0x\(String(code, radix: 16))")
    }
    if name == "INST" { return .refusedGlobal("\(try takeLine()).\(try takeLine())") }
    return fault("operation \(name), which no file of tensors needs")
  }

  // MARK: Bytes

  mutating func takeByte() throws(TensorFileError.Problem) -> UInt8 { reader.bytes[try take(1).lowerBound] }

  /// Passes over so many bytes, which have to be there.
  mutating func take(_ count: UInt64) throws(TensorFileError.Problem) -> Range<Int> {
    guard count <= UInt64(reader.count - offset) else {
      throw fault("the file ends in the middle of it")
    }
    offset += Int(count)
    return (offset - Int(count))..<offset
  }

  /// A number of so many bytes.
  mutating func takeNumber(_ byteCount: Int) throws(TensorFileError.Problem) -> UInt64 {
    try take(UInt64(byteCount)).reversed().reduce(0) { $0 << 8 | UInt64(reader.bytes[$1]) }
  }

  /// Text that is preceded by its length in so many bytes.
  mutating func takeText(_ countSize: Int) throws(TensorFileError.Problem) -> String {
    let range = try take(takeNumber(countSize))
    guard let text = try reader.text(at: range.lowerBound, count: range.count) else {
      throw fault("text that is not UTF-8")
    }
    return text
  }

  /// Text up to the end of the line.
  mutating func takeLine() throws(TensorFileError.Problem) -> String {
    guard let end = reader.bytes[offset...].firstIndex(of: 0x0A) else { throw fault("a line without end") }
    guard let text = try reader.text(at: offset, count: end - offset) else {
      throw fault("text that is not UTF-8")
    }
    offset = end + 1
    return text
  }

  // MARK: Stack and memory

  mutating func push(_ value: PickleValue) { stack.append(value) }

  mutating func pop() throws(TensorFileError.Problem) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.popLast() else {
      throw fault("a value is missing")
    }
    return value
  }

  mutating func pushMark() { marks.append(stack.count) }

  /// Takes the values behind the last mark, and the mark.
  mutating func popToMark() throws(TensorFileError.Problem) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw fault("a mark is missing") }
    let values = Array(stack[mark...])
    stack.removeSubrange(mark...)
    return values
  }

  /// The value on top of the stack, which stays there.
  func top() throws(TensorFileError.Problem) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.last else { throw fault("a value is missing") }
    return value
  }

  /// Keeps the value on top of the stack under a number; the next one if `nil`.
  mutating func memorize(_ number: UInt64?) throws(TensorFileError.Problem) {
    memory[number ?? UInt64(memory.count)] = try top()
  }

  mutating func recall(_ number: UInt64) throws(TensorFileError.Problem) -> PickleValue {
    guard let value = memory[number] else { throw fault("value \(number) is used before it is made") }
    return value
  }
}
