import Foundation
import Testing

@testable import GraftTensor

/// Archives and streams that lie about what they hold.
@Suite struct PyTorchArchiveRejectionTests {
  private static let pickle = Pickle.dictionary([("w", Pickle.tensor(shape: [4], strides: [1]))])
  private static let storage = [UInt8](repeating: 0, count: 16)

  private func archive(_ build: (inout TestArchive) -> Void = { _ in }) -> TestArchive {
    var archive = TestArchive()
    archive.add("x/data.pkl", Self.pickle)
    archive.add("x/data/0", Self.storage)
    build(&archive)
    return archive
  }

  private func expectMalformed(_ bytes: [UInt8], _ text: String) throws {
    guard case .malformedArchive(_, let found) = try pyTorchProblem(bytes) else {
      Issue.record("not refused: \(text)")
      return
    }
    #expect(found.contains(text))
  }

  @Test func acceptsPlainArchives() throws {
    #expect(try pyTorchProblem(archive().finished()) == nil)
    #expect(try pyTorchProblem(archive { $0.add("x/version", [0x33]) }.finished()) == nil)
    // With a comment.
    let commented = archive().finished { $0.replaceSubrange(20..<22, with: [3, 0]) } + [1, 2, 3]
    #expect(try pyTorchProblem(commented) == nil)
  }

  /// Archives of more than 4 GiB say sizes and places in 64 bits.
  @Test func readsWideSizes() throws {
    func wide(_ numbers: [UInt64]) -> [UInt8] {
      archive {
        let place = UInt64($0.bytes.count)
        $0.add("x/wide", [7]) { header in
          header.replaceSubrange(20..<28, with: little(UInt64.max))
          header.replaceSubrange(42..<46, with: little(UInt32.max))
          // Another field first, then that of the wide numbers.
          let field = numbers.map { $0 == 0 ? place : $0 }.flatMap { little($0) }
          let extra = [9, 0, 1, 0, 5, 1, 0, UInt8(field.count), 0] + field
          header.replaceSubrange(30..<32, with: little(UInt16(extra.count)))
          header += extra
        }
      }.finished()
    }
    #expect(try pyTorchProblem(wide([1, 1, 0])) == nil)
    try expectMalformed(wide([2, 1, 0]), "impossible sizes")
    try expectMalformed(wide([.max, .max, 0]), "impossible sizes")
    try expectMalformed(wide([1 << 40, 1 << 40, 0]), "reaches into the directory")
    try expectMalformed(wide([1, 1, 1 << 40]), "expected the header")
    try expectMalformed(wide([1, 1]), "64-bit size is missing")
  }

  @Test func refusesWhatIsCompressed() throws {
    #expect(try pyTorchProblem(PyTorchFixture.url("compressed.pt")) == .compressedEntry("tensor/data.pkl"))
    // A bomb: kilobytes that claim to become gigabytes. And an encrypted entry.
    let bomb = archive {
      $0.add("x/data/1", Self.storage) { header in
        header[10] = 8
        header.replaceSubrange(24..<28, with: little(UInt32(4_000_000_000)))
      }
    }
    #expect(try pyTorchProblem(bomb.finished()) == .compressedEntry("x/data/1"))
    let encrypted = archive { $0.add("x/data/1", Self.storage) { $0[8] = 1 } }
    #expect(try pyTorchProblem(encrypted.finished()) == .compressedEntry("x/data/1"))
    // Stored, but larger outside than inside.
    let larger = archive {
      $0.add("x/data/1", Self.storage) { $0.replaceSubrange(24..<28, with: little(UInt32(1 << 30))) }
    }
    try expectMalformed(larger.finished(), "impossible sizes")
  }

  @Test func refusesEntriesThatOverlap() throws {
    func overlapping(_ change: @escaping (inout [UInt8]) -> Void) -> [UInt8] {
      archive { $0.add("x/data/1", Self.storage, change) }.finished()
    }
    // At the same place under another name; within the entry before; over the end.
    let first = UInt32(archive().bytes.count - 16 - 30 - "x/data/0".utf8.count)
    try expectMalformed(overlapping { $0.replaceSubrange(42..<46, with: little(first)) }, "overlaps")
    let inside = UInt32(archive().bytes.count - 8)
    try expectMalformed(overlapping { $0.replaceSubrange(42..<46, with: little(inside)) }, "overlaps")
    let long = little(UInt32(17)) + little(UInt32(17))
    try expectMalformed(overlapping { $0.replaceSubrange(20..<28, with: long) }, "reaches into the directory")
    try expectMalformed(
      overlapping { $0.replaceSubrange(42..<46, with: little(UInt32.max - 1)) }, "expected the header")
  }

  @Test func refusesNamesThatLeadOut() throws {
    for name in ["../x", "x/../../y", "/etc/passwd", "x\\..\\y", "a\0b", "x/..", "../\u{301}x", ""] {
      try expectMalformed(archive { $0.add(name, [1]) }.finished(), "leads out")
    }
    #expect(try pyTorchProblem(archive { $0.add("x/a..b", [1]) }.finished()) == nil)
    let other = archive { $0.add("x/b", [1]) { $0[48] = UInt8(ascii: "c") } }
    try expectMalformed(other.finished(), "called otherwise")
    #expect(try pyTorchProblem(archive { $0.add("x/data/0", [1]) }.finished()) == .duplicateName("x/data/0"))
  }

  @Test func refusesDirectoriesThatLie() throws {
    let valid = archive()
    for (place, number) in [
      (10, little(UInt16(1))), (10, little(UInt16(3))), (10, little(UInt16.max)),
      (12, little(UInt32(valid.directory.count - 1))), (12, little(UInt32.max)),
      (16, little(UInt32(valid.bytes.count - 1))), (16, little(UInt32.max)), (16, little(UInt32(0))),
    ] {
      let bytes = valid.finished { $0.replaceSubrange(place..<(place + number.count), with: number) }
      guard case .malformedArchive = try pyTorchProblem(bytes) else {
        Issue.record("not refused: \(number) at \(place)")
        return
      }
    }
    // Sizes in 64 bits that are not there, and a name longer than the directory.
    let wide = archive { $0.add("x/b", [1]) { $0.replaceSubrange(20..<24, with: little(UInt32.max)) } }
    try expectMalformed(wide.finished(), "64-bit size is missing")
    let long = archive { $0.add("x/b", [1]) { $0.replaceSubrange(28..<30, with: little(UInt16.max)) } }
    try expectMalformed(long.finished(), "longer than the directory")
  }

  @Test func refusesA64BitEndRecordThatLies() throws {
    let valid = try PyTorchFixture.bytes("zip2.pt")
    let record = valid.count - 22 - 20 - 56
    for (place, number) in [
      (record, UInt64(0)), (record + 4, 45), (record + 24 + 8, .max), (record + 40, .max),
      (record + 48, .max),
      (record + 48, UInt64(0)), (record + 56 + 8, .max), (record + 56 + 8, UInt64(record + 1)),
    ] {
      var bytes = valid
      bytes.replaceSubrange(place..<(place + 8), with: little(number))
      switch try pyTorchProblem(bytes) {
      case .malformedArchive, .tooShort: break
      case let problem: Issue.record("\(number) at \(place - record): \(String(describing: problem))")
      }
    }
  }

  @Test func refusesEveryTruncation() throws {
    let zip = try PyTorchFixture.bytes("tensor.pt")
    for count in stride(from: 0, to: zip.count, by: 7) {
      #expect(try pyTorchProblem(Array(zip.prefix(count))) != nil, "\(count) bytes")
    }
    let stream = try PyTorchFixture.bytes("python2.pth")
    for count in 0..<stream.count {
      #expect(try pyTorchProblem(Array(stream.prefix(count))) != nil, "\(count) bytes")
    }
  }

  @Test func refusesOtherArchives() throws {
    var other = TestArchive()
    other.add("weights.npy", [1, 2, 3])
    #expect(try pyTorchProblem(other.finished()) == .notPyTorch("a zip archive of something else"))
    #expect(try pyTorchProblem(TestArchive().finished()) == .notPyTorch("a zip archive of something else"))
    let two = archive { $0.add("y/data.pkl", Self.pickle) }
    #expect(try pyTorchProblem(two.finished()) == .notPyTorch("a zip archive of something else"))
    #expect(try pyTorchProblem(PyTorchFixture.url("big_endian.pt")) == .bigEndian)
    #expect(
      try pyTorchProblem(PyTorchFixture.url("plain.pkl")) == .notPyTorch("a Python pickle of something else"))
    guard case .notPyTorch(let found) = try pyTorchProblem(PyTorchFixture.url("tar.pth")) else {
      Issue.record("not refused")
      return
    }
    #expect(found.contains("0.1.10"))
  }

  @Test func refusesStreamsThatLie() throws {
    let valid = try PyTorchFixture.bytes("python2.pth")
    func problem(_ change: (inout [UInt8]) -> Void) throws -> TensorFileError.Problem? {
      var bytes = valid
      change(&bytes)
      return try pyTorchProblem(bytes)
    }
    let data = valid.count - 24
    #expect(try problem { _ in } == nil)
    #expect(
      try problem { $0.append(0) } == .dataLengthMismatch(expected: valid.count, found: valid.count + 1))
    for count in [UInt64(5), .max, 1 << 62] {
      #expect(
        try problem { $0.replaceSubrange(data..<(data + 8), with: little(count)) }
          == .tooShort(byteCount: valid.count))
    }
    #expect(
      try problem { bytes in
        bytes.replaceSubrange(data..<(data + 8), with: little(UInt64(3)))
        bytes.removeLast(4)
      } == .sizeMismatch(tensor: "weight", expected: 16, found: 12))
    // The list of storages names one that no tensor has.
    guard case .malformedPickle = try problem({ $0[data - 3] = UInt8(ascii: "9") }) else {
      Issue.record("not refused")
      return
    }
    let endian = try #require(valid.firstIndex(of: 0x88))
    #expect(try problem { $0[endian] = 0x89 } == .bigEndian)
    #expect(try problem { $0[4] = 0 } == .notPyTorch("a Python pickle of something else"))
  }
}
