import GraftNN
import GraftTensor

/// The numbers of `Fixtures/image_fixtures.py`: FNV-1a of a salted name, then splitmix64 of the index, 24 bits in [0, 1).
struct HashedNumbers {
  let salt: Int

  /// Plain loops over pointers here and in ``TensorDigest``: without optimisation, as tests are built, closures take ten times as long.
  func uniform(_ name: String, _ count: Int) -> [Float] {
    var seed: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in "\(salt).\(name)".utf8 { seed = (seed ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return [Float](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      initializedCount = count
      guard var place = buffer.baseAddress else { return }
      var index = 0
      while index < count {
        index &+= 1
        var z = seed &+ UInt64(truncatingIfNeeded: index) &* 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z &>> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z &>> 27)) &* 0x94D0_49BB_1331_11EB
        z ^= z &>> 31
        place.pointee = Float(z &>> 40) * 0x1p-24
        place += 1
      }
    }
  }

  func centred(_ name: String, _ shape: Shape, scale: Double, offset: Float = 0) -> Tensor<Float> {
    let numbers = Tensor(shape: shape, scalars: uniform(name, shape.elementCount))
    return (numbers - 0.5) * Float(scale) + offset
  }
}
