import GraftNN
import GraftTensor

/// The numbers of `Fixtures/make_resnet.py`: FNV-1a of a salted name, then splitmix64 of the index, 24 bits in [0, 1).
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

  /// Fills every floating-point entry of a model as the fixture's script does.
  func fill(_ model: any Module, lastScale: String) {
    for entry in model.state {
      let (path, shape) = (entry.path, entry.shape)
      let value: Tensor<Float>
      if shape.rank == 4 {
        value = centred(path, shape, scale: (24 / Double(shape[0] * shape[2] * shape[3])).squareRoot())
      } else if shape.rank == 2 {
        value = centred(path, shape, scale: (12 / Double(shape[1])).squareRoot())
      } else if path.hasSuffix("running_var") {
        value = centred(path, shape, scale: 0.4, offset: 1)
      } else if path.hasSuffix(".weight") {
        value = centred(path, shape, scale: 0.2, offset: path.hasSuffix(lastScale) ? 0.3 : 1)
      } else {
        value = centred(path, shape, scale: 0.2)
      }
      switch entry.content {
      case .parameter(let parameter): parameter.value = value
      case .buffer(let buffer as Buffer<Float>): buffer.value = value
      case .buffer: continue
      }
    }
  }
}
