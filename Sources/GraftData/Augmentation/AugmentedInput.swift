import GraftTensor

/// An input on its way through augmentations: bytes as long as they can work on them, numbers from then on.
enum AugmentedInput {
  case bytes(Tensor<UInt8>)
  case floats(Tensor<Float>)

  /// One of several inputs.
  init(_ inputs: InputStorage, row: Int) {
    switch inputs {
    case .bytes(let tensor): self = .bytes(tensor.select(row))
    case .floats(let tensor): self = .floats(tensor.select(row))
    }
  }

  /// The input after some augmentations, one after the other.
  func varied(by parts: [any Augmentation], using generator: inout RandomGenerator) -> AugmentedInput {
    var input = self
    // What the geometric parts so far come to, not applied yet.
    var pending: ImageWarp?
    for part in parts {
      guard let geometric = part as? any GeometricAugmentation else {
        input = input.warped(by: pending).varied(by: part, using: &generator)
        pending = nil
        continue
      }
      let warp = geometric.warp(of: pending?.size ?? input.imageSize, using: &generator)
      if let before = pending, let joint = before.joined(with: warp) {
        pending = joint
      } else {
        input = input.warped(by: pending)
        pending = warp
      }
    }
    return input.warped(by: pending)
  }

  private var imageSize: ImageSize {
    switch self {
    case .bytes(let image): ImageSize(of: image)
    case .floats(let image): ImageSize(of: image)
    }
  }

  private func warped(by warp: ImageWarp?) -> AugmentedInput {
    guard let warp else { return self }
    switch self {
    case .bytes(let image): return .bytes(image.warped(by: warp))
    case .floats(let image): return .floats(image.warped(by: warp))
    }
  }

  private func varied(by part: any Augmentation, using generator: inout RandomGenerator) -> AugmentedInput {
    switch self {
    case .floats(let numbers): return .floats(part(numbers, using: &generator))
    case .bytes(let bytes):
      if let part = part as? any ImageAugmentation { return .bytes(part(bytes, using: &generator)) }
      return .floats(part(Tensor<Float>(pixels: bytes), using: &generator))
    }
  }
}

extension InputStorage {
  /// Inputs one after the other: bytes if all of them are.
  init(stacking inputs: [AugmentedInput]) {
    let bytes = inputs.compactMap { if case .bytes(let image) = $0 { image } else { nil } }
    if bytes.count == inputs.count {
      self = .bytes(.stacked(bytes))
      return
    }
    self = .floats(
      .stacked(
        inputs.map { input in
          switch input {
          case .bytes(let image): Tensor<Float>(pixels: image)
          case .floats(let numbers): numbers
          }
        }))
  }
}
