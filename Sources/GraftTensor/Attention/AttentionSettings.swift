import CGraftKernels

/// What attention does beside multiplying: `dropout(softmax(scale · q kᵀ + mask)) v`.
package struct AttentionSettings {
  /// `true` where a key may be seen, shape `[batch, keys]`; `nil` if all may.
  package var mask: Tensor<Bool>?

  /// Whether query i sees the keys 0...i alone.
  package var isCausal: Bool

  /// What the products of queries and keys are multiplied by; `nil` for 1 / √width.
  package var scale: Float?

  /// The dropout of weights; `nil` for none.
  package var dropout: AttentionDropout?

  /// Settings; by default every query sees every key, and nothing is dropped.
  package init(
    mask: Tensor<Bool>? = nil, isCausal: Bool = false, scale: Float? = nil, dropout: AttentionDropout? = nil
  ) {
    self.mask = mask
    self.isCausal = isCausal
    self.scale = scale
    self.dropout = dropout
  }
}

/// Which weights of attention are dropped: a function of the place of a weight and of where the generator stood, so that the
/// gradient finds it again and nothing but this has to be kept.
package struct AttentionDropout {
  /// Of 65536 weights, how many are dropped: two weights share one word of the random sequence.
  let dropped: UInt32

  /// The generator whose numbers are used, from its next block on.
  let generator: RandomGenerator

  /// Dropout with the given probability, to the nearest of 65536 steps; `nil` if that is 0.
  ///
  /// The generator moves on by what a row of its own blocks for each of `rows` queries takes.
  package init?(probability: Float, rows: Int, keys: Int, using generator: inout RandomGenerator) {
    let dropped = UInt32((Double(probability) * 65536).rounded())
    guard dropped > 0 else { return nil }
    self.dropped = dropped
    self.generator = generator
    _ = generator.reserve(blocks: rows * Self.blocks(keys: keys))
  }

  /// What a weight that stays is multiplied by, so that the expected value stays what it is.
  var factor: Float { dropped == 65536 ? 0 : Float(65536 / (65536 - Double(dropped))) }

  /// Blocks of the random sequence for a row of weights: 16 for each 128 keys.
  static func blocks(keys: Int) -> Int { (keys + 127) / 128 * 16 }

  /// What the weight of one key is multiplied by: 0 or ``factor``.
  func factor(row: Int, key: Int, keys: Int) -> Float {
    let (group, place) = key.quotientAndRemainder(dividingBy: 128)
    let block = row * Self.blocks(keys: keys) + group * 16 + place % 16
    let words = RandomGenerator.words(
      seed: generator.seed, stream: generator.stream, block: generator.block &+ UInt64(block))
    let word = [words.0, words.1, words.2, words.3][place / 16 % 4]
    let half = place < 64 ? word & 0xFFFF : word >> 16
    return half < dropped ? 0 : factor
  }
}
