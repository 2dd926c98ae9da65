import Foundation

/// Canonical decompositions (NFD) of single code points, as Unicode 9 has them.
///
/// Foundation decomposes strings, at about a microsecond each; a table of its answers is fast enough for every character of a
/// text, and can leave out what Unicode added later.
struct CanonicalDecomposition: Sendable {
  static let unicode9 = CanonicalDecomposition()

  /// Where each decomposition begins in ``scalars``; its end is where the next begins.
  private var table = IntegerTable(capacity: 2048)
  private var starts: [Int32] = []
  private var scalars: [Unicode.Scalar] = []

  /// Everything that decomposes lies in these ranges, but for Hangul syllables, which are computed.
  private static let ranges: [Range<UInt32>] = [
    0x00C0..<0x3400, 0xF900..<0xFB50, 0x11000..<0x12000, 0x1D100..<0x1D200, 0x2F800..<0x2FA20,
  ]

  private init() {
    // One call for all: the separator neither decomposes nor combines.
    let separator: Unicode.Scalar = "\n"
    let candidates = Self.ranges.joined().compactMap(Unicode.Scalar.init)
      .filter { ($0.properties.age?.major ?? .max) <= 9 }
    var text = String.UnicodeScalarView()
    for scalar in candidates {
      text.append(scalar)
      text.append(separator)
    }
    let decomposed = String(text).decomposedStringWithCanonicalMapping.unicodeScalars
    for (scalar, decomposition) in zip(candidates, decomposed.split(separator: separator))
    where !decomposition.elementsEqual(CollectionOfOne(scalar)) {
      _ = table.insert(Int32(starts.count), for: UInt64(scalar.value))
      starts.append(Int32(scalars.count))
      scalars.append(contentsOf: decomposition)
    }
    starts.append(Int32(scalars.count))
  }

  /// Calls `body` with each code point of the decomposition; a code point that does not decompose is its own.
  @inline(__always)
  func forEach(of scalar: Unicode.Scalar, _ body: (Unicode.Scalar) -> Void) {
    let value = scalar.value
    if value < 0xC0 {
      body(scalar)
    } else if (0xAC00..<0xD7A4).contains(value) {
      Self.forEachLetter(ofSyllable: value - 0xAC00, body)
    } else if let index = table[UInt64(value)] {
      for position in Int(starts[Int(index)])..<Int(starts[Int(index) + 1]) { body(scalars[position]) }
    } else {
      body(scalar)
    }
  }

  /// The letters of a Hangul syllable (The Unicode Standard, section 3.12): 19 leading consonants, 21 vowels, and 27
  /// trailing consonants or none.
  private static func forEachLetter(ofSyllable index: UInt32, _ body: (Unicode.Scalar) -> Void) {
    let letters = [0x1100 + index / 588, 0x1161 + index % 588 / 28, 0x11A7 + index % 28]
    for letter in letters.prefix(index % 28 == 0 ? 2 : 3) {
      if let scalar = Unicode.Scalar(letter) { body(scalar) }
    }
  }
}
