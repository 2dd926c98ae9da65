import Foundation
import Testing

@testable import GraftTensor

/// Damages bytes in ways that readers tend to stumble over; the same every time.
struct Damage {
  private var generator: TestGenerator

  /// Bytes that mean something to the format, used more often than others.
  private let interesting: [UInt8]

  init(seed: UInt64, interesting: [UInt8]) {
    generator = TestGenerator(seed)
    self.interesting = interesting
  }

  /// A copy with one to three damages: bits turned, bytes and numbers exchanged, parts cut out, doubled, moved or cut off.
  mutating func damaged(_ valid: [UInt8]) -> [UInt8] {
    var bytes = valid
    for _ in 0..<generator.length(1...3) where !bytes.isEmpty {
      let place = generator.length(0...(bytes.count - 1))
      let end = min(bytes.count, place + generator.length(1...40))
      switch generator.length(0...7) {
      case 0: bytes[place] ^= 1 << UInt8(generator.length(0...7))
      case 1, 2: bytes[place] = interesting[generator.length(0...(interesting.count - 1))]
      case 3: bytes[place] = UInt8(generator.length(0...255))
      case 4: replaceNumber(&bytes, at: place)
      case 5: bytes.removeSubrange(place..<end)
      case 6:
        bytes.insert(contentsOf: Array(bytes[place..<end]), at: generator.length(0...(bytes.count - 1)))
      default: if generator.length(0...3) == 0 { bytes.removeSubrange(place...) }
      }
    }
    return bytes
  }

  /// Puts a number on the edge of something in the place of 1, 2, 4 or 8 bytes.
  private mutating func replaceNumber(_ bytes: inout [UInt8], at place: Int) {
    let numbers: [UInt64] = [
      0, 1, 0x7F, 0xFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1 << 62, 1 << 63, .max, UInt64(bytes.count),
      UInt64(place),
    ]
    let number = little(numbers[generator.length(0...(numbers.count - 1))])
    let count = min(1 << generator.length(0...3), bytes.count - place)
    bytes.replaceSubrange(place..<(place + count), with: number.prefix(count))
  }
}

/// Whatever bytes a file has, reading it gives tensors or a typed error, and takes no more than in proportion to it.
@Suite struct DamagedFileTests {
  private static let operations = Array(UInt8.min...UInt8.max).filter { PickleOpcode(rawValue: $0) != nil }

  /// Opens the bytes and reads every tensor; returns whether that went well.
  private func read(_ bytes: [UInt8], at url: URL) throws -> Bool {
    do {
      _ = try bytes.withUnsafeBytes { try PyTorchArchive($0).tensors(in: nil) }
    } catch {
      // Typed throws: it is a problem of `TensorFileError`; its message is a line that fits a log.
      #expect("\(error)".utf8.count < 2000)
      return false
    }
    try write(bytes, to: url)
    let file = try PyTorchFile(contentsOf: url)
    var nameByteCount = 0
    for name in file.names {
      let entry = try #require(file.entry(name))
      #expect(entry.shape.elementCount * entry.elementType.byteCount <= bytes.count)
      try file.anyTensor(name).withContiguousBytes { _ = $0.reduce(0, &+) }
      nameByteCount += name.utf8.count
    }
    #expect(nameByteCount <= 1024 + 16 * bytes.count)
    return true
  }

  @Test(arguments: [
    ("only_section.pt", 700), ("list.pt", 700), ("zip4.pt", 100), ("python2.pth", 1500), ("part.pth", 1500),
    ("stream4.pth", 200),
  ]) func pyTorchFilesSurviveDamage(name: String, count: Int) throws {
    let valid = try PyTorchFixture.bytes(name)
    var damage = Damage(seed: 1, interesting: Self.operations)
    var opened = 0
    try withTemporaryFile { url in
      for _ in 0..<count where try read(damage.damaged(valid), at: url) { opened += 1 }
    }
    // Both outcomes have to occur for the test to mean anything.
    #expect(opened > 0 && opened < count)
  }

  /// Damage to the pickle alone, in an archive that is whole: most of the above goes no further than the directory.
  @Test(arguments: [("only_section.pt", 1000), ("list.pt", 1500), ("zip4.pt", 150)])
  func picklesSurviveDamage(name: String, count: Int) throws {
    let bytes = try PyTorchFixture.bytes(name)
    let entries = try bytes.withUnsafeBytes { try ZipArchive($0).entries }
    var damage = Damage(seed: 2, interesting: Self.operations)
    var opened = 0
    try withTemporaryFile { url in
      for _ in 0..<count {
        var archive = TestArchive()
        for entry in entries {
          let content = Array(bytes[entry.bytes])
          archive.add(entry.name, entry.name.hasSuffix("/data.pkl") ? damage.damaged(content) : content)
        }
        if try read(archive.finished(), at: url) { opened += 1 }
      }
    }
    #expect(opened > 0 && opened < count)
  }

  /// Operations in no order at all, which no single damage leads to.
  @Test func picklesOfRandomOperationsMakeNoMoreThanTheyHaveBytes() throws {
    var generator = TestGenerator(3)
    // Those that build something, more often than those that look for something.
    let building: [UInt8] = [
      0x28, 0x29, 0x5D, 0x7D, 0x4E, 0x85, 0x86, 0x87, 0x94, 0x74, 0x61, 0x65, 0x73, 0x75,
    ]
    for _ in 0..<3000 {
      let pickle = (0..<generator.length(1...60)).map { _ in
        let pool = generator.length(0...3) == 0 ? Self.operations : building
        return pool[generator.length(0...(pool.count - 1))]
      }
      pickle.withUnsafeBytes { bytes in
        var reader = PickleReader(ByteReader(bytes), at: 0)
        _ = try? reader.read()
        let objects = reader.objects
        let containers = objects.tuples.count + objects.lists.count + objects.dictionaries.count
        #expect(containers + objects.tensors.count + objects.storages.count <= pickle.count)
        let elements = objects.tuples.joined().count + objects.lists.joined().count
        #expect(elements + 2 * objects.dictionaries.joined().count <= 2 * pickle.count)
      }
    }
  }
}
