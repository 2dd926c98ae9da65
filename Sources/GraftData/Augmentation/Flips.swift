import GraftTensor

/// Mirrors an image left to right, with a probability.
public struct HorizontalFlip: GeometricAugmentation {
  /// How likely an image is mirrored.
  public let probability: Double

  /// Traps unless `probability` is in 0…1.
  public init(probability: Double = 0.5) {
    self.probability = checkedProbability(probability, of: "HorizontalFlip")
  }

  /// x becomes width − x, or stays.
  public func warp(of size: ImageSize, using generator: inout RandomGenerator) -> ImageWarp {
    guard generator.bernoulli(probability: probability) else { return .identity(of: size) }
    return ImageWarp(from: size, map: ProjectiveMap(x: [-1, 0, Double(size.width)], y: [0, 1, 0]))
  }
}

/// Mirrors an image upside down, with a probability.
public struct VerticalFlip: GeometricAugmentation {
  /// How likely an image is mirrored.
  public let probability: Double

  /// Traps unless `probability` is in 0…1.
  public init(probability: Double = 0.5) {
    self.probability = checkedProbability(probability, of: "VerticalFlip")
  }

  /// y becomes height − y, or stays.
  public func warp(of size: ImageSize, using generator: inout RandomGenerator) -> ImageWarp {
    guard generator.bernoulli(probability: probability) else { return .identity(of: size) }
    return ImageWarp(from: size, map: ProjectiveMap(x: [1, 0, 0], y: [0, -1, Double(size.height)]))
  }
}

/// Traps unless a number is in 0…1.
func checkedProbability(_ probability: Double, of name: String) -> Double {
  require(probability >= 0 && probability <= 1, "\(name): probability \(probability) is not in 0...1")
  return probability
}
