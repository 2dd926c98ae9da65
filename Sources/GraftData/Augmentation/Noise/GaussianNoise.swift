import GraftTensor

/// Adds normally distributed noise to each level of each pixel.
public struct GaussianNoise: ImageAugmentation, Hashable {
  /// The noise's standard deviation, of intensities from 0 to 1.
  public let standardDeviation: Double

  /// Traps if the deviation is negative or not finite.
  ///
  /// - Parameter standardDeviation: of intensities from 0 to 1: 0.1 are 25.5 levels.
  public init(standardDeviation: Double) {
    require(
      standardDeviation >= 0 && standardDeviation.isFinite,
      "GaussianNoise: standard deviation \(standardDeviation) is negative or not finite")
    self.standardDeviation = standardDeviation
  }

  /// The image with noise, rounded to bytes and confined to 0…255.
  public func callAsFunction(
    _ image: Tensor<UInt8>, using generator: inout RandomGenerator
  ) -> Tensor<UInt8> {
    Tensor<UInt8>(intensities: noisy(Tensor<Float>(pixels: image), using: &generator))
  }

  /// The image with noise, not rounded, confined to 0…1.
  public func callAsFunction(
    _ image: Tensor<Float>, using generator: inout RandomGenerator
  ) -> Tensor<Float> {
    noisy(image, using: &generator).clamped(to: 0...1)
  }

  private func noisy(_ image: Tensor<Float>, using generator: inout RandomGenerator) -> Tensor<Float> {
    let deviation = Float(standardDeviation)
    return image + Tensor<Float>.normal(image.shape, standardDeviation: deviation, using: &generator)
  }
}
