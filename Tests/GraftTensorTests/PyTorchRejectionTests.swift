import Foundation
import Testing

@testable import GraftTensor

/// Nothing in a pickle is executed, and what no file of tensors needs is refused by name.
@Suite struct PyTorchRejectionTests {
  private static let call = Pickle.tuple([Pickle.text("touch /tmp/graft-was-here")])

  private func problem(_ pickle: [UInt8]) throws -> TensorFileError.Problem? {
    try pyTorchProblem(pyTorchArchive(pickle: pickle))
  }

  private func expectMalformed(_ pickle: [UInt8], _ text: String, _ comment: Comment? = nil) throws {
    guard case .malformedPickle(_, let found) = try problem(pickle) else {
      Issue.record("not refused: \(text)")
      return
    }
    #expect(found.contains(text), comment)
  }

  @Test func refusesFilesThatPyTorchWroteAndThatAreMoreThanTensors() throws {
    for (name, refused) in [
      ("module.pt", "torch.nn.modules.container.Sequential"), ("options.pt", "argparse.Namespace"),
      ("sparse.pt", "torch._utils._rebuild_sparse_tensor"),
    ] {
      #expect(try pyTorchProblem(PyTorchFixture.url(name)) == .refusedGlobal(refused))
    }
    for (name, type) in [
      ("complex.pt", "complex64"), ("float8.pt", "float8_e4m3fn"),
      ("negative.pt", "float32, to be negated or conjugated"),
    ] {
      let problem = try pyTorchProblem(PyTorchFixture.url(name))
      #expect(problem == .unsupportedElementType(tensor: "w", type))
    }
    let url = PyTorchFixture.url("expanded.pt")
    let size = try PyTorchFixture.bytes("expanded.pt").count
    #expect(
      try pyTorchProblem(url)
        == .repeatedElements(tensor: "w", byteCount: 4_000_000, fileByteCount: size))
  }

  @Test(arguments: [
    Pickle.global("os", "system") + call + [0x52],
    Pickle.text("os") + Pickle.text("system") + [0x93] + call + [0x52],
    // INST and OBJ make instances, NEWOBJ and BUILD give them a state.
    [0x28] + Pickle.text("touch") + Array("ios\nsystem\n".utf8),
    [0x28] + Pickle.global("os", "system") + Pickle.text("touch") + [0x6F],
    Pickle.global("os", "system") + [0x29, 0x81],
    Pickle.global("os", "system") + [0x7D, 0x62],
    // In the state of something harmless, as a key, in a storage's place.
    Pickle.global("collections", "OrderedDict") + [0x29, 0x52] + Pickle.global("os", "system") + call + [
      0x52, 0x62,
    ],
    [0x7D] + Pickle.global("os", "system") + call + [0x52, 0x4E, 0x73],
    Pickle.tuple([Pickle.text("storage"), Pickle.global("os", "system")]) + [0x51],
  ]) func refusesToRunAnything(pickle: [UInt8]) throws {
    let problem = try problem(Pickle.start + pickle + [0x2E])
    #expect(problem == .refusedGlobal("os.system"))
    #expect("\(try #require(problem))".contains("was not run"))
  }

  @Test(arguments: [
    ("builtins", "eval"), ("__builtin__", "eval"), ("posix", "system"), ("torch", "load"),
    ("torch.hub", "load"),
    ("torch", "hub.load"), ("torch._utils", "_rebuild_tensor_v2.__globals__"), ("collections", "namedtuple"),
    ("torch.storage", "_load_from_bytes"), ("torch", "float32 "), ("", ""),
    ("torch", "FloatStorage.from_file"),
    ("numpy.core.multiarray", "fromfile"), ("numpy", "load"),
  ]) func refusesEveryOtherGlobal(module: String, name: String) throws {
    let refused = TensorFileError.Problem.refusedGlobal("\(module).\(name)")
    #expect(try problem(Pickle.start + Pickle.global(module, name) + [0x2E]) == refused)
    let onStack = Pickle.text(module) + Pickle.text(name) + [0x93]
    #expect(try problem(Pickle.start + onStack + [0x2E]) == refused)
  }

  @Test func aHostileNameDoesNotSpoilTheMessage() throws {
    let name = "\u{1B}[2J" + String(repeating: "x", count: 100_000)
    let text = "\(try #require(try problem(Pickle.start + Pickle.global("os", name) + [0x2E])))"
    #expect(text.utf8.count < 500 && !text.contains("\u{1B}"))
  }

  @Test func refusesCallsThatMakeNoSense() throws {
    for (function, message) in [
      (Pickle.text("system"), "no function"), (Pickle.global("torch", "FloatStorage"), "call of a type"),
      (Pickle.global("torch", "float32"), "call of a type"),
      (Pickle.global("torch._utils", "_rebuild_tensor_v2"), "without storage"),
      (Pickle.global("torch._utils", "_rebuild_tensor_v3"), "without an element type"),
      (Pickle.global("torch._utils", "_rebuild_parameter"), "without a tensor"),
      (Pickle.global("torch", "Size"), "torch.Size"),
      (Pickle.global("collections", "OrderedDict"), "something else than pairs"),
    ] {
      let pickle =
        Pickle.start + function + Pickle.tuple([Pickle.text("x"), Pickle.text("y")]) + [0x52, 0x2E]
      try expectMalformed(pickle, message)
    }
    try expectMalformed(
      Pickle.start + Pickle.global("torch", "Size") + [0x4E, 0x52, 0x2E], "without arguments")
    try expectMalformed(Pickle.start + [0x4E, 0x7D, 0x62, 0x2E], "a state")
    try expectMalformed(Pickle.start + Pickle.text("x") + [0x51, 0x2E], "outside the pickle")
    let module = Pickle.tuple([Pickle.text("module"), Pickle.text("Net")])
    #expect(try problem(Pickle.start + module + [0x51, 0x2E]) == .refusedGlobal("reference to a module"))
  }

  /// Every operation by itself finds nothing to work on; and every byte is an operation or not.
  @Test func refusesEveryOperationWithoutOperands() throws {
    for code in UInt8.min...UInt8.max {
      let problem = try problem(Pickle.start + [code])
      switch problem {
      case .malformedPickle, .noTensors: break
      default: Issue.record("operation \(code): \(String(describing: problem))")
      }
    }
  }

  /// What lies below a mark is out of reach until the mark is taken.
  @Test func refusesToReachBelowAMark() throws {
    for operation: UInt8 in [0x30, 0x71, 0x85, 0x61, 0x73, 0x52, 0x62, 0x51, 0x93, 0x2E] {
      try expectMalformed(Pickle.start + [0x7D, 0x29, 0x28, operation, 0, 0x74, 0x2E], "missing")
    }
  }

  @Test func refusesLengthsBeyondTheFile() throws {
    let huge = little(UInt64.max)
    for (code, length) in [
      (0x8B, little(UInt32(2_000_000_000))), (0x8A, [255]), (0x58, little(UInt32.max)), (0x8D, huge),
      (0x8E, huge), (0x96, little(UInt64(Int64.max))), (0x42, little(UInt32.max)), (0x54, little(UInt32.max)),
    ] as [(UInt8, [UInt8])] {
      try expectMalformed(Pickle.start + [code] + length + [0, 0x2E], "ends in the middle")
    }
    try expectMalformed(Pickle.start + [0x95] + huge + [0x4E, 0x2E], "frame beyond")
    // A pickle that goes on in the entry after it.
    let bytes = pyTorchArchive(pickle: Pickle.start + [0x7D], storage: [0x2E])
    guard case .malformedPickle = try pyTorchProblem(bytes) else {
      Issue.record("read into the next entry")
      return
    }
  }

  @Test func refusesValuesThatWereNeverMade() throws {
    try expectMalformed(Pickle.start + [0x68, 0, 0x2E], "before it is made")
    // A number beyond all memory costs one place.
    let put = Pickle.start + [0x7D, 0x72, 0xFF, 0xFF, 0xFF, 0xFF]
    try expectMalformed(put + [0x6A, 0xFF, 0xFF, 0xFF, 0xFE, 0x2E], "before it is made")
    #expect(try problem(put + [0x2E]) == .noTensors)
  }

  @Test func refusesDeepNesting() throws {
    let tensor = Pickle.tensor(shape: [4], strides: [1])
    let deep = tensor + [UInt8](repeating: 0x85, count: 200_000)
    #expect(try problem(Pickle.dictionary([("w", deep)])) == .nestedTooDeeply(limit: 32))
    // A million marks, lists in lists, and a dictionary in itself.
    try expectMalformed(Pickle.start + [UInt8](repeating: 0x28, count: 1_000_000) + [0x2E], "missing")
    let lists = [UInt8](repeating: 0x5D, count: 50_000) + [UInt8](repeating: 0x61, count: 49_999)
    #expect(try problem(Pickle.start + lists + [0x2E]) == .nestedTooDeeply(limit: 32))
    let circle = Pickle.start + [0x7D, 0x71, 0] + Pickle.text("a") + [0x68, 0, 0x73, 0x2E]
    #expect(try problem(circle) == .nestedTooDeeply(limit: 32))
  }

  /// Twenty dictionaries that each hold the one before ten times would be 10²⁰ tensors.
  @Test func refusesABillionLaughs() throws {
    var pickle = Pickle.start + Pickle.tensor(shape: [4], strides: [1]) + [0x71, 0]
    for level in UInt8(1)...20 {
      pickle += [0x7D, 0x28]
      for key in 0..<10 { pickle += Pickle.text("\(key)") + [0x68, level - 1] }
      pickle += [0x75, 0x71, level]
    }
    guard case .tooManyObjects(let limit) = try problem(pickle + [0x2E]) else {
      Issue.record("not refused")
      return
    }
    #expect(limit == 1024 + 16 * (pickle.count + 1), "in proportion to the file")
  }

  /// One long key, remembered, would name a thousand tensors for two bytes each.
  @Test func refusesNamesOutOfProportion() throws {
    let key = Pickle.text(String(repeating: "k", count: 10_000)) + [0x71, 0]
    let tensor = Pickle.tensor(shape: [4], strides: [1]) + [0x71, 1]
    var list: [UInt8] = [0x5D, 0x28]
    for _ in 0..<1000 { list += [0x68, 1] }
    let pickle = Pickle.start + tensor + key + [0x30, 0x30, 0x7D, 0x68, 0] + list + [0x65, 0x73, 0x2E]
    guard case .tooManyObjects = try problem(pickle) else {
      Issue.record("not refused")
      return
    }
  }

  /// One long list, remembered, could become a dictionary, or a tensor's shape, again and again for a few bytes each.
  @Test func refusesToCopyOneListAgainAndAgain() throws {
    var pickle = Pickle.start + Pickle.text("k") + [0x4E, 0x86, 0x71, 0]
    pickle += [0x5D, 0x71, 1, 0x28]
    for _ in 0..<5000 { pickle += [0x68, 0] }
    pickle += [0x65] + Pickle.global("collections", "OrderedDict") + [0x71, 2]
    for _ in 0..<50 { pickle += [0x68, 2, 0x68, 1, 0x85, 0x52] }
    guard case .tooManyObjects(let limit) = try problem(pickle + [0x2E]) else {
      Issue.record("not refused")
      return
    }
    #expect(limit < 12_000, "the file has no more bytes")

    var shape: [UInt8] = [0x28]
    for _ in 0..<65 { shape += [0x4B, 1] }
    shape += [0x74, 0x71, 3]
    let tensor = Pickle.global("torch._utils", "_rebuild_tensor") + [0x28] + Pickle.storage() + [0x4B, 0]
    let call: [UInt8] = [0x68, 3, 0x68, 3, 0x74, 0x52, 0x2E]
    try expectMalformed(Pickle.start + shape + tensor + call, "without storage")
  }

  @Test func readsNoMoreOperationsThanTheLimit() throws {
    let pickle = Pickle.start + [UInt8](repeating: 0x7D, count: 100)
    pickle.withUnsafeBytes { bytes in
      var reader = PickleReader(ByteReader(bytes), at: 0, limit: 50)
      #expect(throws: TensorFileError.Problem.tooManyObjects(limit: 50)) { try reader.read() }
      #expect(reader.objects.dictionaries.count == 49)
    }
  }
}
