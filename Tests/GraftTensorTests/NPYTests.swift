import Foundation
import GraftTensor
import Testing

@Suite struct NPYTests {
  private static let matrix = Tensor<Float>([[0, 0.25, 0.5], [0.75, 1, 1.25]])

  @Test(arguments: ["matrix", "fortran", "version2", "version3"]) func readsWhatPythonWrites(name: String)
    throws
  {
    #expect(try Tensor<Float>(npy: Fixture.url("\(name).npy")) == Self.matrix)
  }

  @Test func readsOtherTypes() throws {
    #expect(try Tensor<Bool>(npy: Fixture.url("bool.npy")) == Tensor([true, false, true]))
    #expect(try Tensor<Int64>(npy: Fixture.url("scalar.npy")) == Tensor(-7))
    #expect(try Tensor<Int32>(npy: Fixture.url("scalar.npy")) == Tensor(-7))
    #expect(try Tensor<UInt8>(npy: Fixture.url("empty.npy")).shape == [0, 4])
    let half = try Tensor<Float>(npy: Fixture.url("half.npy")).scalars
    #expect(half.dropLast() == [0, -1.5, 65504, 0x1p-24, -0x1p-14 + 0x1p-24, .infinity, -.infinity])
    #expect(try AnyTensor(npy: Fixture.url("half.npy")).elementType == .float32)
  }

  @Test func writesWhatPythonWrites() throws {
    for (name, tensor) in [
      ("matrix", AnyTensor(Self.matrix)), ("bool", AnyTensor(Tensor([true, false, true]))),
      ("scalar", AnyTensor(Tensor<Int64>(-7))), ("empty", AnyTensor(Tensor<UInt8>.zeros([0, 4]))),
    ] {
      try withTemporaryFile { url in
        try tensor.as(Float.self)?.writeNPY(to: url)
        try tensor.as(Bool.self)?.writeNPY(to: url)
        try tensor.as(Int64.self)?.writeNPY(to: url)
        try tensor.as(UInt8.self)?.writeNPY(to: url)
        #expect(try Data(contentsOf: url) == Data(contentsOf: Fixture.url("\(name).npy")))
      }
    }
  }

  @Test func roundTripsViews() throws {
    try withTemporaryFile { url in
      try Self.matrix.transposed().writeNPY(to: url)
      #expect(try Tensor<Float>(npy: url) == Self.matrix.transposed())
    }
  }

  @Test func rejectsWhatItCannotRead() throws {
    func problem(_ url: URL) -> TensorFileError.Problem? {
      do {
        _ = try AnyTensor(npy: url)
        return nil
      } catch {
        return (error as? TensorFileError)?.problem
      }
    }
    #expect(problem(Fixture.url("big_endian.npy")) == .unsupportedElementType(tensor: "array", ">f4"))
    guard case .malformedHeader = problem(Fixture.url("structured.npy")) else {
      Issue.record("a structured array was not rejected")
      return
    }
    #expect(problem(Fixture.url("float8.safetensors")) == .notNPY)
    let valid = try Array(Data(contentsOf: Fixture.url("matrix.npy")))
    func problem(changing change: (inout [UInt8]) -> Void) throws -> TensorFileError.Problem? {
      try withTemporaryFile { url in
        var bytes = valid
        change(&bytes)
        try write(bytes, to: url)
        return problem(url)
      }
    }
    #expect(try problem { _ in } == nil)
    #expect(try problem { $0.removeLast() } == .dataLengthMismatch(expected: 24, found: 23))
    #expect(try problem { $0.append(0) } == .dataLengthMismatch(expected: 24, found: 25))
    #expect(try problem { $0 = Array($0.prefix(9)) } == .tooShort(byteCount: 9))
    #expect(try problem { $0[6] = 4 } == .unsupportedVersion("4.0"))
    #expect(
      try problem { $0[9] = 0xFF } == .headerBeyondFile(headerByteCount: 0xFF76, fileByteCount: valid.count))
  }

  /// A file with holes may be as long as it likes, so the lengths are right, and yet no tensor can have such strides.
  @Test(arguments: [("False", "2, 65536, 65536"), ("True", "65536, 65536, 2")])
  func rejectsStridesThatNoTensorCanHave(order: String, shape: String) throws {
    let text = "{'descr': '|u1', 'fortran_order': \(order), 'shape': (\(shape)), }\n"
    let header = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8)
    try withTemporaryFile { url in
      try write(header, to: url)
      try #require(truncate(url.path, off_t(header.count) + 1 << 33) == 0)
      #expect(throws: TensorFileError(file: url.path, .shapeOverflow(tensor: "array"))) {
        try AnyTensor(npy: url)
      }
    }
  }

  @Test func survivesRandomDamage() throws {
    let valid = try Array(Data(contentsOf: Fixture.url("matrix.npy")))
    let interesting = Array("{}()',:0123456789<|>TF= ".utf8) + [0, 0xFF]
    var generator = TestGenerator(11)
    var opened = 0
    try withTemporaryFile { url in
      for _ in 0..<1000 {
        var bytes = valid
        for _ in 0..<generator.length(1...2) {
          bytes[generator.length(0...(bytes.count - 1))] =
            interesting[generator.length(0...(interesting.count - 1))]
        }
        try write(bytes, to: url)
        do {
          _ = try AnyTensor(npy: url)
          opened += 1
        } catch is TensorFileError {}
      }
    }
    #expect(opened > 10 && opened < 990)
  }
}
