import GraftTensor

/// What a sample is recognised by: 128 bits that follow from its content or its name.
///
/// The same content has the same key on every machine and in every run. Two different contents among a billion have
/// the same key with a probability below 10⁻¹⁸, unless somebody sets out to make such a pair: the function is no
/// cryptographic one.
///
/// ```swift
/// let copies = SampleGroups(SampleKey.keys(ofRows: images))        // groups of equal images
/// let parts = Splitter.hashed(by: names.map { SampleKey($0) }).parts([0.9, 0.1], seed: 1)
/// ```
public struct SampleKey: Sendable, Hashable {
  private let high: UInt64
  private let low: UInt64

  /// The key of a text or a name: of its UTF-8 bytes.
  public init(_ text: String) {
    var text = text
    self = text.withUTF8 { SampleKey(UnsafeRawBufferPointer($0)) }
  }

  /// The key of some bytes, of a file for example.
  public init(bytes: [UInt8]) {
    self = bytes.withUnsafeBytes { SampleKey($0) }
  }

  /// The key of an image of bytes: of its shape and its elements.
  public init(_ image: Tensor<UInt8>) {
    self = image.withContiguousBuffer { SampleKey(UnsafeRawBufferPointer($0), shape: image.shape) }
  }

  /// The keys of the samples along axis 0 of a tensor `[n, …]`. Equal numbers with different bits, such as 0 and −0,
  /// are different contents.
  public static func keys<Scalar: TensorScalar>(ofRows tensor: Tensor<Scalar>) -> [SampleKey] {
    require(tensor.rank > 0, "SampleKey.keys: a tensor of shape \(tensor.shape) has no rows")
    return keys(of: tensor, rows: 0..<tensor.shape[0])
  }

  /// The keys of some rows of a tensor.
  static func keys<Scalar: TensorScalar>(
    of tensor: Tensor<Scalar>, rows: some Sequence<Int>
  ) -> [SampleKey] {
    let shape = Shape(tensor.shape.dropFirst())
    let size = shape.elementCount * MemoryLayout<Scalar>.stride
    return tensor.withContiguousBuffer { buffer in
      let bytes = UnsafeRawBufferPointer(buffer)
      return rows.map { row in
        SampleKey(UnsafeRawBufferPointer(rebasing: bytes[(row * size)..<((row + 1) * size)]), shape: shape)
      }
    }
  }

  /// Where the key lies between 0 and 1 under a seed; evenly spread over keys, and independent for each seed.
  func place(seed: UInt64) -> Double {
    let words = RandomGenerator.words(seed: seed, stream: high, block: low)
    return Double((UInt64(words.0) | UInt64(words.1) << 32) >> 11) * 0x1p-53
  }
}

extension SampleKey {
  /// Two lanes of rotating, joining and multiplying with different odd numbers, stirred at the end.
  private init(_ bytes: UnsafeRawBufferPointer, shape: Shape = []) {
    var lanes: (UInt64, UInt64) = (0x243F_6A88_85A3_08D3, 0x1319_8A2E_0370_7344)
    func take(_ word: UInt64) {
      lanes.0 = (lanes.0 << 29 | lanes.0 >> 35) ^ word
      lanes.0 &*= 0x9E37_79B9_7F4A_7C15
      lanes.1 = (lanes.1 << 37 | lanes.1 >> 27) &+ word
      lanes.1 &*= 0xD1B5_4A32_D192_ED03
    }
    let whole = bytes.count / 8 * 8
    for offset in stride(from: 0, to: whole, by: 8) {
      take(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
    }
    var rest: UInt64 = 0
    for (place, byte) in bytes[whole...].enumerated() { rest |= UInt64(byte) << UInt64(8 * place) }
    take(rest)
    take(UInt64(bytes.count))
    for length in shape { take(UInt64(length)) }
    high = SampleKey.stirred(lanes.0 ^ lanes.1 >> 32)
    low = SampleKey.stirred(lanes.1 ^ lanes.0 >> 32)
  }

  /// The last step of SplitMix64 (Steele, Lea, Flood: *Fast Splittable Pseudorandom Number Generators*, 2014).
  private static func stirred(_ word: UInt64) -> UInt64 {
    var word = word
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }
}
