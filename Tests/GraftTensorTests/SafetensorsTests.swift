import Foundation
import GraftTensor
import Testing

@Suite struct SafetensorsTests {
  @Test func readsEveryTypeThatPythonWrites() throws {
    let file = try SafetensorsFile(contentsOf: Fixture.url("every_type.safetensors"))
    #expect(file.metadata == ["format": "pt"])
    #expect(file.names.count == 16)
    #expect(try file.tensor("bool", as: Bool.self) == Tensor([[false, true, false], [true, false, true]]))
    #expect(try file.tensor("u8", as: UInt8.self) == Tensor([[0, 50, 100], [150, 200, 250]]))
    #expect(try file.tensor("i8", as: Int8.self) == Tensor([[-128, -78, -28], [22, 72, 122]]))
    #expect(try file.tensor("u16", as: UInt16.self) == Tensor([[0, 13107, 26214], [39321, 52428, 65535]]))
    #expect(
      try file.tensor("i16", as: Int16.self) == Tensor([[-32768, -19661, -6554], [6553, 19660, 32767]]))
    #expect(
      try file.tensor("u32", as: UInt32.self)
        == Tensor([[0, 858_993_459, 1_717_986_918], [2_576_980_377, 3_435_973_836, 4_294_967_295]]))
    #expect(try file.tensor("i32", as: Int32.self).element(1, 2) == Int32.max)
    #expect(try file.tensor("u64", as: UInt64.self) == Tensor([0, 1, UInt64(Int64.max)]))
    #expect(try file.tensor("i64", as: Int64.self) == Tensor([Int64.min, -1, Int64.max]))
    #expect(try file.tensor("f64", as: Double.self) == Tensor([0.1, -1e300, .leastNonzeroMagnitude]))
    let floats = try file.tensor("f32", as: Float.self).scalars
    #expect(floats.dropLast() == [0, -0.1, 3.4e38, .leastNonzeroMagnitude, .infinity])
    #expect(floats[5].isNaN)
    #expect(try file.tensor("scalar", as: Int64.self) == Tensor(42))
    #expect(try file.tensor("empty", as: Float.self).shape == [3, 0, 2])
    #expect(try file.tensor("a \"quoted\" näme\\with\ttab", as: Float.self) == Tensor([1]))
    #expect(file.entry("bf16")?.elementType == .bfloat16)
    #expect(file.entry("bf16")?.shape == [6])
    #expect(file.entry("nothing") == nil)
  }

  @Test func widensSixteenBitFloats() throws {
    let file = try SafetensorsFile(contentsOf: Fixture.url("every_type.safetensors"))
    let half = try file.tensor("f16", as: Float.self).scalars
    #expect(half.dropLast() == [0, -1.5, 65504, 0x1p-24, -0x1p-14 + 0x1p-24, .infinity, -.infinity])
    #expect(half[7].isNaN)
    let brain = try file.tensor("bf16", as: Double.self).scalars
    #expect(brain.dropLast() == [0, -1.5, 3.3895313892515355e38, 0x1p-133, .infinity])
    #expect(brain[5].isNaN)
  }

  @Test func convertsOnlyWithoutLoss() throws {
    let url = Fixture.url("every_type.safetensors")
    let file = try SafetensorsFile(contentsOf: url)
    #expect(try file.tensor("u8", as: Int32.self) == Tensor([[0, 50, 100], [150, 200, 250]]))
    #expect(try file.tensor("scalar", as: Int8.self) == Tensor(42))
    #expect(try file.tensor("f32", as: Double.self).element(1) == Double(-0.1 as Float))
    func error(_ name: String, _ stored: ElementType, _ requested: ElementType) -> TensorFileError {
      TensorFileError(file: url.path, .inconvertible(tensor: name, stored: stored, requested: requested))
    }
    #expect(throws: error("i8", .int8, .uint8)) { try file.tensor("i8", as: UInt8.self) }
    #expect(throws: error("f64", .float64, .float32)) { try file.tensor("f64", as: Float.self) }
    #expect(throws: error("bool", .bool, .uint8)) { try file.tensor("bool", as: UInt8.self) }
    #expect(throws: TensorFileError(file: url.path, .noSuchTensor("f33", available: file.names))) {
      try file.tensor("f33", as: Float.self)
    }
  }

  /// Python's file and ours of the same tensors are the same bytes.
  @Test func writesWhatPythonWrites() throws {
    let url = Fixture.url("writable_types.safetensors")
    let file = try SafetensorsFile(contentsOf: url)
    let tensors = try file.names.reversed().map { ($0, try file.anyTensor($0)) }
    try withTemporaryFile { copy in
      try SafetensorsFile.write(tensors, metadata: file.metadata, to: copy)
      #expect(try Data(contentsOf: copy) == Data(contentsOf: url))
    }
  }

  @Test func writesViewsAndReplacesAFileInUse() throws {
    try withTemporaryFile { url in
      let matrix = Tensor<Float>([[1, 2, 3], [4, 5, 6]])
      try SafetensorsFile.write([("a", AnyTensor(matrix))], to: url)
      let first = try SafetensorsFile(contentsOf: url).tensor("a", as: Float.self)
      try SafetensorsFile.write([("a", AnyTensor(matrix.transposed()))], to: url)
      #expect(first == matrix)
      #expect(try SafetensorsFile(contentsOf: url).tensor("a", as: Float.self) == matrix.transposed())
      let folder = url.deletingLastPathComponent().path
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["tensors"])
    }
  }

  @Test func aTensorOutlivesTheFileAndIsCopiedOnWrite() throws {
    var tensor = try SafetensorsFile(contentsOf: Fixture.url("every_type.safetensors"))
      .tensor("u8", as: UInt8.self)
    let untouched = tensor
    tensor.setElement(0, 0, to: 7)
    #expect(tensor.element(0, 0) == 7)
    #expect(untouched.element(0, 0) == 0)
  }

  @Test func readsDataThatAreNotAligned() throws {
    let header =
      #"{"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"f":{"dtype":"F32","shape":[],"data_offsets":[1,5]}}"#
    let bytes = withUnsafeBytes(of: Float(1.5).bitPattern.littleEndian) { Array($0) }
    try withTemporaryFile { url in
      try Data(safetensors(header: header, data: [9] + bytes)).write(to: url)
      let file = try SafetensorsFile(contentsOf: url)
      #expect(try file.tensor("f", as: Float.self) == Tensor(1.5))
      #expect(try file.tensor("b", as: UInt8.self) == Tensor([9]))
    }
  }

  @Test func aFailedWriteLeavesTheFileAsItWas() throws {
    try withTemporaryFile { url in
      let one = AnyTensor(Tensor<Float>([1]))
      try SafetensorsFile.write([("a", one)], to: url)
      let before = try Data(contentsOf: url)
      #expect(throws: TensorFileError(file: url.path, .duplicateName("a"))) {
        try SafetensorsFile.write([("a", one), ("a", one)], to: url)
      }
      #expect(throws: TensorFileError(file: url.path, .reservedName("__metadata__"))) {
        try SafetensorsFile.write([("__metadata__", one)], to: url)
      }
      #expect(try Data(contentsOf: url) == before)
      // A file is no folder to write into.
      #expect(throws: TensorFileError.self) {
        try SafetensorsFile.write([("a", one)], to: url.appendingPathComponent("inside"))
      }
    }
  }
}
