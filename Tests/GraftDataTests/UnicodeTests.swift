import Foundation
import Testing

@testable import GraftData

/// The properties of every code point against the Python package.
struct UnicodeTests {
  struct Fixture: Decodable {
    var classes: [String: [UInt32]]
    var uncased: [String]
    var cased: [String]
  }

  private static let named: [(String, ScalarClass)] = [
    ("unwanted", .unwanted), ("whitespace", .whitespace), ("punctuation", .punctuation),
    ("nonspacingMark", .nonspacingMark), ("letter", .letter), ("number", .number),
  ]

  @Test func everyCodePointHasItsClass() throws {
    let fixture = try TokenizerFixture.read(Fixture.self, "unicode.json")
    var expected = [ScalarClass](repeating: [], count: 0x110000)
    for (name, kind) in Self.named {
      let bounds = try #require(fixture.classes[name])
      for index in stride(from: 0, to: bounds.count, by: 2) {
        for value in Int(bounds[index])...Int(bounds[index + 1]) { expected[value].insert(kind) }
      }
    }
    var wrong: [String] = []
    // Planes 4 to 13 are unassigned, 15 and 16 for private use: a few of their code points do.
    let sparse = stride(from: UInt32(0x40000), to: 0x110000, by: 251).filter {
      !(0xE0000..<0xE1000).contains($0)
    }
    for value in [Array(0..<0x40000), Array(0xE0000..<0xE1000), sparse].joined() {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let found = ScalarClass.of(scalar)
      for (name, kind) in Self.named where found.contains(kind) != expected[Int(value)].contains(kind) {
        if !isExcepted(scalar, found, kind) { wrong.append("\(name) \(String(value, radix: 16))") }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count), \(wrong.prefix(20))")
  }

  private func isExcepted(_ scalar: Unicode.Scalar, _ found: ScalarClass, _ kind: ScalarClass) -> Bool {
    // Tables older than the reference's do not know the newest characters.
    if !found.contains(kind) && scalar.properties.age == nil { return true }
    // The reference was asked for marks that do not decompose, and drops these before it looks for white space.
    return kind == .nonspacingMark
      && String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars.count > 1
  }

  @Test(arguments: [true, false]) func everyCodePointHasItsNormalForm(lowercases: Bool) throws {
    let fixture = try TokenizerFixture.read(Fixture.self, "unicode.json")
    let normalizer = BERTNormalizer(stripsAccents: lowercases, lowercases: lowercases)
    let digests = lowercases ? fixture.uncased : fixture.cased
    var wrong: [String] = []
    for (block, digest) in digests.enumerated() where !digest.isEmpty {
      var text = String.UnicodeScalarView()
      for value in UInt32(block) << 10..<UInt32(block + 1) << 10 {
        guard let scalar = Unicode.Scalar(value), isInUnicode14(scalar) else { continue }
        text.append(scalar)
        text.append("\n")
      }
      let aligned = AlignedText(String(text))
      let normal = String(
        decoding: normalizer.normalized(aligned, aligned.bytes.indices).bytes, as: UTF8.self)
      if TokenizerFixture.digest(normal.unicodeScalars.lazy.map { Int($0.value) }) != digest {
        wrong.append(String(block << 10, radix: 16))
      }
    }
    #expect(wrong.isEmpty, "blocks from \(wrong)")
  }

  /// Private-use characters have no age, and are there.
  private func isInUnicode14(_ scalar: Unicode.Scalar) -> Bool {
    let properties = scalar.properties
    return properties.generalCategory != .unassigned && (properties.age?.major ?? 1) <= 14
  }

  @Test func nothingDecomposesOutsideTheTable() {
    // All code points at once, each followed by one that takes part in nothing.
    let outside = (UInt32(0)..<0x110000).compactMap(Unicode.Scalar.init).filter {
      ($0.properties.age?.major ?? 99) <= 9 && !(0xAC00..<0xD7A4).contains($0.value) && $0 != "\n"
    }
    var text = String.UnicodeScalarView()
    for scalar in outside {
      text.append(scalar)
      text.append("\n")
    }
    let parts = String(text).decomposedStringWithCanonicalMapping.unicodeScalars.split(separator: "\n")
    #expect(parts.count == outside.count)
    for (scalar, part) in zip(outside, parts) {
      var found: [Unicode.Scalar] = []
      CanonicalDecomposition.unicode9.forEach(of: scalar) { found.append($0) }
      if !found.elementsEqual(part) {
        Issue.record("U+\(String(scalar.value, radix: 16)) decomposes to \(found)")
      }
    }
  }

  @Test func hangulDecomposesByArithmetic() {
    for value in stride(from: UInt32(0xAC00), to: 0xD7A4, by: 13) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      var found: [Unicode.Scalar] = []
      CanonicalDecomposition.unicode9.forEach(of: scalar) { found.append($0) }
      #expect(found.elementsEqual(String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars))
    }
  }
}
