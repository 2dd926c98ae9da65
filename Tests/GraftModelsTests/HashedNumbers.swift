import GraftNN
import GraftTensor

/// The numbers of `Fixtures/image_fixtures.py`: FNV-1a of a salted name, then splitmix64 of the index, 24 bits in [0, 1).
struct HashedNumbers {
  let salt: Int

  func uniform(_ name: String, _ count: Int) -> [Float] {
    var seed: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in "\(salt).\(name)".utf8 { seed = (seed ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return (0..<count).map { index in
      var z = seed &+ UInt64(index + 1) &* 0x9E37_79B9_7F4A_7C15
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      z ^= z >> 31
      return Float(z >> 40) / Float(1 << 24)
    }
  }

  func centred(_ name: String, _ shape: Shape, scale: Double, offset: Float = 0) -> Tensor<Float> {
    let factor = Float(scale)
    return Tensor(
      shape: shape, scalars: uniform(name, shape.elementCount).map { ($0 - 0.5) * factor + offset })
  }
}
