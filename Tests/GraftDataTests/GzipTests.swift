import Foundation
import Testing

@testable import GraftData

@Suite struct GzipTests {
  private let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }

  @Test func decompressesAllMembers() throws {
    let file = gzipped(content)
    #expect(try Gzip.decompressed(file, atMost: content.count, name: "x") == content)
    #expect(
      try Gzip.decompressed(file + gzipped([1, 2, 3]), atMost: 1 << 20, name: "x") == content + [1, 2, 3])
    #expect(try Gzip.decompressed(file + [0, 0, 0], atMost: 1 << 20, name: "x") == content)
    #expect(try Gzip.decompressed(gzipped([]), atMost: 0, name: "x") == [])
    #expect(try Gzip.decompressed(file, atMost: .max, name: "x") == content)
    #expect(try Gzip.prefix(5, of: file, name: "x") == Array(content.prefix(5)))
  }

  @Test func boundsWhatComesOut() throws {
    let bomb = gzipped([UInt8](repeating: 0, count: 50_000_000))
    #expect(bomb.count < 60_000)
    let error = try fault { _ = try Gzip.decompressed(bomb, atMost: 1000, name: "bomb.gz") }
    #expect(error?.kind == .tooLarge && error?.file == "bomb.gz")
    #expect(
      try fault { _ = try Gzip.decompressed(gzipped(content), atMost: content.count - 1, name: "x") }?.kind
        == .tooLarge)
  }

  @Test func reportsEveryTruncation() throws {
    let file = gzipped(Array(content.prefix(200)))
    for length in 0..<file.count {
      let error = try fault {
        _ = try Gzip.decompressed(Array(file.prefix(length)), atMost: 1 << 20, name: "x")
      }
      #expect(error?.kind == .truncated, "\(length) of \(file.count) bytes")
    }
  }

  @Test func reportsEveryChangedByte() throws {
    let file = gzipped(Array(content.prefix(200)))
    // Bytes 4–9 of the header (time, flags, system) carry no content and are under no sum.
    for place in file.indices where !(4..<10).contains(place) {
      var damaged = file
      damaged[place] ^= 0x10
      let result = try? Gzip.decompressed(damaged, atMost: 1 << 20, name: "x")
      // Changing a flag may add an optional field to the header; what must not happen is other content.
      #expect(result == nil || result == Array(content.prefix(200)), "byte \(place)")
    }
    #expect(
      try fault { _ = try Gzip.decompressed(file + [1, 2], atMost: 1 << 20, name: "x") }?.kind == .malformed)
  }
}
