import Foundation
import GraftTensor
import Testing

/// Every way in which a safetensors file can be wrong is found when it is opened, and called by its name.
@Suite struct SafetensorsRejectionTests {
  private static func entry(_ name: String, _ shape: String, _ begin: String, _ end: String) -> String {
    #""\#(name)":{"dtype":"F32","shape":\#(shape),"data_offsets":[\#(begin),\#(end)]}"#
  }

  @Test func acceptsWhatIsLegal() throws {
    #expect(try safetensorsProblem(safetensors(header: "{}")) == nil)
    #expect(try safetensorsProblem(safetensors(header: "{}     \n")) == nil)
    // Tensors without elements before, between and after others; an unknown key.
    let header =
      "{"
      + [
        Self.entry("z", "[0]", "8", "8"), Self.entry("a", "[2,0]", "0", "0"), Self.entry("b", "[]", "0", "4"),
        Self.entry("c", "[1]", "4", "8"), Self.entry("d", "[0,7]", "4", "4"),
      ].joined(separator: ",")
      + #","e":{"x":[{"y":[null,-1.5e-3,true]}],"dtype":"U8","shape":[0],"data_offsets":[8,8]}}"#
    #expect(try safetensorsProblem(safetensors(header: header, data: Array(repeating: 0, count: 8))) == nil)
  }

  @Test func rejectsFilesTooShort() throws {
    for count in [0, 7] {
      #expect(try safetensorsProblem(Array(repeating: 0, count: count)) == .tooShort(byteCount: count))
    }
  }

  @Test func rejectsImpossibleHeaderLengths() throws {
    #expect(
      try safetensorsProblem(safetensors(header: "{}", length: 100_000_001))
        == .headerTooLong(byteCount: 100_000_001))
    #expect(
      try safetensorsProblem(safetensors(header: "{}", length: .max)) == .headerTooLong(byteCount: .max))
    #expect(
      try safetensorsProblem(safetensors(header: "{}", length: 3))
        == .headerBeyondFile(headerByteCount: 3, fileByteCount: 10))
  }

  @Test(arguments: [
    // Not an object, or not from the first byte on.
    "", " {}", "[]", "null", "{", "{}}", "{} {}", #"{"a"}"#, "{,}", #"{"__metadata__":{},}"#,
    // Strings.
    #"{"__metadata__":{"a":"\x"}}"#, #"{"__metadata__":{"a":"\ud800"}}"#, "{\"__metadata__\":{\"a\":\"\n\"}}",
    #"{"__metadata__":{"a":"b}}"#, #"{"__metadata__":{"a":1}}"#, #"{"__metadata__":[]}"#,
    #"{"__metadata__":{"a":"\u12g4"}}"#,
    // Entries.
    #"{"a":1}"#, #"{"a":{"dtype":"F32","shape":[0]}}"#, #"{"a":{"shape":[0],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"F32","shape":[0],"data_offsets":[0]}}"#,
    #"{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0,0]}}"#,
    #"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"F32","shape":[0.5],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"F32","shape":[00],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"F32","shape":[1e0],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"F32","shape":[0,],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"F32","dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#,
    #"{"a":{"x":01,"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#,
    #"{"a":{"x":tru,"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#,
  ]) func rejectsMalformedHeaders(header: String) throws {
    guard case .malformedHeader(let offset, _) = try safetensorsProblem(safetensors(header: header)) else {
      Issue.record("\(header) was not rejected as malformed")
      return
    }
    #expect(offset >= 8 && offset <= 8 + header.utf8.count)
  }

  @Test func rejectsTextThatIsNotUTF8() throws {
    var bytes = safetensors(header: #"{"__metadata__":{"a":"?"}}"#)
    for wrong: UInt8 in [0x80, 0xC0, 0xFF, 0xED] {
      bytes[8 + 22] = wrong
      #expect(
        try safetensorsProblem(bytes) == .malformedHeader(offset: 30, "text that is not UTF-8"))
    }
  }

  @Test func rejectsValuesNestedTooDeeply() throws {
    let depth = 100_000
    let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    let header = #"{"a":{"x":\#(nested),"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#
    guard case .malformedHeader(_, let problem) = try safetensorsProblem(safetensors(header: header)) else {
      Issue.record("not rejected")
      return
    }
    #expect(problem == "values nested too deeply")
  }

  @Test func rejectsDuplicateKeys() throws {
    let twice = "{\(Self.entry("a", "[0]", "0", "0")),\(Self.entry("a", "[0]", "0", "0"))}"
    #expect(try safetensorsProblem(safetensors(header: twice)) == .duplicateName("a"))
    let escaped = "{\(Self.entry("a", "[0]", "0", "0")),\(Self.entry("\\u0061", "[0]", "0", "0"))}"
    #expect(try safetensorsProblem(safetensors(header: escaped)) == .duplicateName("a"))
    #expect(
      try safetensorsProblem(safetensors(header: #"{"__metadata__":{"k":"1","k":"2"}}"#))
        == .duplicateName("k"))
    #expect(
      try safetensorsProblem(safetensors(header: #"{"__metadata__":{},"__metadata__":{}}"#))
        == .duplicateName("__metadata__"))
  }

  @Test func rejectsMisplacedData() throws {
    func problem(_ first: (Int, Int), _ second: (Int, Int), data: Int) throws -> TensorFileError.Problem? {
      let header =
        "{"
        + [("a", first), ("b", second)].map { name, range in
          Self.entry(name, "[\(max(0, range.1 - range.0) / 4)]", "\(range.0)", "\(range.1)")
        }.joined(separator: ",") + "}"
      return try safetensorsProblem(safetensors(header: header, data: Array(repeating: 0, count: data)))
    }
    #expect(try problem((0, 4), (4, 12), data: 12) == nil)
    // Overlap, gap, a gap at the beginning, backwards.
    #expect(
      try problem((0, 8), (4, 12), data: 12)
        == .misplacedData(tensor: "b", begin: 4, end: 12, expectedBegin: 8))
    #expect(
      try problem((0, 4), (8, 12), data: 12)
        == .misplacedData(tensor: "b", begin: 8, end: 12, expectedBegin: 4))
    #expect(
      try problem((4, 8), (8, 12), data: 12)
        == .misplacedData(tensor: "a", begin: 4, end: 8, expectedBegin: 0))
    #expect(
      try problem((0, 8), (8, 4), data: 8) == .misplacedData(tensor: "b", begin: 8, end: 4, expectedBegin: 8))
    // The last end is not the file's.
    #expect(try problem((0, 4), (4, 12), data: 16) == .dataLengthMismatch(expected: 12, found: 16))
    #expect(try problem((0, 4), (4, 12), data: 8) == .dataLengthMismatch(expected: 12, found: 8))
  }

  @Test func rejectsShapesThatDoNotFit() throws {
    func problem(_ shape: String, _ end: String, data: Int = 0) throws -> TensorFileError.Problem? {
      let header = "{\(Self.entry("a", shape, "0", end))}"
      return try safetensorsProblem(safetensors(header: header, data: Array(repeating: 0, count: data)))
    }
    #expect(try problem("[2]", "4", data: 4) == .sizeMismatch(tensor: "a", expected: 8, found: 4))
    #expect(try problem("[4294967296,4294967296]", "0") == .shapeOverflow(tensor: "a"))
    // Elements fit into 64 bits, bytes do not.
    #expect(try problem("[4611686018427387904]", "0") == .shapeOverflow(tensor: "a"))
    // No elements, but strides beyond all bounds.
    #expect(try problem("[0,4294967296,4294967296]", "0") == .shapeOverflow(tensor: "a"))
    #expect(try problem("[1,1,1,1,1,1,1,1,1]", "4", data: 4) == .unsupportedRank(tensor: "a", 9))
  }

  @Test func namesTypesItDoesNotKnow() throws {
    let url = Fixture.url("float8.safetensors")
    let error = TensorFileError(file: url.path, .unsupportedElementType(tensor: "coarse", "F8_E4M3"))
    #expect(throws: error) { try SafetensorsFile(contentsOf: url) }
    #expect("\(error)".contains("F8_E4M3"))
  }

  @Test func reportsWhatCannotBeOpened() throws {
    for url in [Fixture.url("no such file"), Fixture.folder] {
      #expect(throws: TensorFileError.self) { try SafetensorsFile(contentsOf: url) }
    }
  }

  /// Whatever bytes a file has, opening it and reading all its tensors gives tensors or an error.
  @Test func survivesRandomDamage() throws {
    let valid = try Array(Data(contentsOf: Fixture.url("every_type.safetensors")))
    let interesting = Array("{}[]\",:0123456789-\\ue ".utf8) + [0, 0x7F, 0x80, 0xFF]
    var generator = TestGenerator(7)
    var opened = 0
    try withTemporaryFile { url in
      for _ in 0..<2000 {
        var bytes = valid
        for _ in 0..<generator.length(1...3) {
          // Mostly in the header, which is five sixths of the file.
          let place = generator.length(0...(bytes.count - 1))
          switch generator.length(0...4) {
          case 0: bytes.removeSubrange(place..<min(bytes.count, place + generator.length(1...40)))
          case 1: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 30)], at: place)
          case 2: bytes[place] ^= 1 << UInt8(generator.length(0...7))
          default: bytes[place] = interesting[generator.length(0...(interesting.count - 1))]
          }
          if bytes.isEmpty { break }
        }
        try write(bytes, to: url)
        do {
          let file = try SafetensorsFile(contentsOf: url)
          for name in file.names { try file.anyTensor(name).withContiguousBytes { _ = $0.last } }
          opened += 1
        } catch is TensorFileError {}
      }
    }
    // Damage to the data alone goes unnoticed; both outcomes have to occur for the test to mean anything.
    #expect(opened > 10 && opened < 1990)
  }
}
