/// A seeded generator of random bits that computes its n-th block from n alone.
///
/// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: *Parallel Random Numbers: As Easy as 1, 2, 3*, SC 2011). Because a
/// block depends on the seed, the stream and its number only, tensors are filled in parallel with the same result
/// whatever the number of threads, and a generator's whole state is four numbers that a checkpoint can hold.
///
/// ```swift
/// var generator = RandomGenerator(seed: 42)
/// let noise = Tensor<Float>.normal([3, 4], using: &generator)
/// ```
public struct RandomGenerator: RandomNumberGenerator, Hashable, Sendable, Codable {
  /// What the generator was made from. Equal seeds and streams give equal numbers.
  public let seed: UInt64

  /// Which of the seed's independent sequences this is.
  public let stream: UInt64

  /// The number of the next unused block of 128 bits.
  package private(set) var block: UInt64 = 0

  /// The half of the previous block that ``next()`` has still to hand out.
  private var pending: UInt64?

  /// A generator at the beginning of a sequence.
  public init(seed: UInt64, stream: UInt64 = 0) {
    self.seed = seed
    self.stream = stream
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    if let half = pending {
      pending = nil
      return half
    }
    let words = RandomGenerator.words(seed: seed, stream: stream, block: reserve(blocks: 1))
    pending = UInt64(words.2) | UInt64(words.3) << 32
    return UInt64(words.0) | UInt64(words.1) << 32
  }

  /// An independent generator, and this one moved on: for handing randomness to a part of a program.
  public mutating func split() -> RandomGenerator {
    RandomGenerator(seed: next(), stream: next())
  }

  /// Sets `count` blocks aside and returns the number of the first.
  package mutating func reserve(blocks count: Int) -> UInt64 {
    defer {
      block &+= UInt64(count)
      pending = nil
    }
    return block
  }

  /// One block: four 32-bit words computed from the 64-bit key `seed` and the 128-bit counter (block, stream).
  package static func words(
    seed: UInt64, stream: UInt64, block: UInt64
  ) -> (UInt32, UInt32, UInt32, UInt32) {
    var (c0, c1) = (UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32))
    var (c2, c3) = (UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32))
    var (k0, k1) = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    for _ in 0..<10 {
      let a = UInt64(c0) &* 0xD251_1F53
      let b = UInt64(c2) &* 0xCD9E_8D57
      (c0, c1, c2, c3) = (
        UInt32(truncatingIfNeeded: b >> 32) ^ c1 ^ k0, UInt32(truncatingIfNeeded: b),
        UInt32(truncatingIfNeeded: a >> 32) ^ c3 ^ k1, UInt32(truncatingIfNeeded: a)
      )
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return (c0, c1, c2, c3)
  }
}
