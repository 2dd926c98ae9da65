/// A number of 128 bits that tells contents apart: equal contents have equal fingerprints, on every machine, and
/// different ones differ but for a chance of about 2⁻¹²⁸.
///
/// For keys of caches and for noticing changes. Not for security: whoever tries can make collisions.
public struct Fingerprint: Sendable, Hashable, Codable {
  // Two independent chains over 64-bit words. Each step is a bijection of the chain for a given word and of the word for a given
  // chain, so that a single changed word always changes the result.
  private var first: UInt64 = 0x9E37_79B9_7F4A_7C15
  private var second: UInt64 = 0xC2B2_AE3D_27D4_EB4F

  /// The fingerprint of nothing.
  public init() {}

  /// Adds a number.
  public mutating func combine(_ word: UInt64) {
    first = (first ^ word) &* 0xFF51_AFD7_ED55_8CCD
    first ^= first &>> 32
    second = (second &+ word) &* 0x9FB2_1C65_1E98_DF25
    second ^= second &>> 29
  }

  /// Adds a text, so that texts added one after the other do not run together.
  public mutating func combine(_ text: String) {
    var text = text
    text.withUTF8 { combine(bytes: UnsafeRawBufferPointer($0)) }
  }

  /// Adds a tensor: its element type, its shape and the bits of its elements.
  public mutating func combine<Scalar>(_ tensor: Tensor<Scalar>) {
    combine(AnyTensor(tensor))
  }

  /// Adds a tensor: its element type, its shape and the bits of its elements.
  public mutating func combine(_ tensor: AnyTensor) {
    combine(tensor.elementType.rawValue)
    combine(UInt64(tensor.shape.rank))
    for length in tensor.shape { combine(UInt64(length)) }
    tensor.withContiguousBytes { combine(bytes: $0) }
  }

  /// Adds the number of bytes, the bytes as little-endian words, and what is left over as a last word.
  private mutating func combine(bytes: UnsafeRawBufferPointer) {
    combine(UInt64(bytes.count))
    let whole = bytes.count / 8
    for index in 0..<whole {
      combine(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self)))
    }
    guard whole * 8 < bytes.count else { return }
    var last: UInt64 = 0
    for index in (whole * 8)..<bytes.count { last = last &<< 8 | UInt64(bytes[index]) }
    combine(last)
  }
}

extension Fingerprint: CustomStringConvertible {
  /// 32 hexadecimal digits.
  public var description: String {
    [first, second].map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
