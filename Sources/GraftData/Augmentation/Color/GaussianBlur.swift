import GraftTensor

/// Blurs an image, more or less by chance.
///
/// ```swift
/// RandomApply(GaussianBlur(kernelSize: 23, sigma: 0.1...2), probability: 0.5)
/// ```
public struct GaussianBlur: ImageAugmentation, Hashable {
  /// The side of the square that is looked at, in pixels.
  public let kernelSize: Int
  /// The standard deviations that are drawn from, evenly, in pixels.
  public let sigma: ClosedRange<Double>

  /// Traps unless `kernelSize` is odd and positive, and `sigma` positive and finite.
  public init(kernelSize: Int, sigma: ClosedRange<Double> = 0.1...2) {
    require(
      kernelSize > 0 && kernelSize % 2 == 1,
      "GaussianBlur: a square of \(kernelSize) pixels has none in the middle")
    require(
      sigma.lowerBound > 0 && sigma.upperBound.isFinite, "GaussianBlur: deviations \(sigma) are not positive")
    self.kernelSize = kernelSize
    self.sigma = sigma
  }

  /// The blurred image; see ``GraftTensor/Tensor/blurred(kernelSize:sigma:)``.
  public func callAsFunction(
    _ image: Tensor<UInt8>, using generator: inout RandomGenerator
  ) -> Tensor<UInt8> {
    image.blurred(kernelSize: kernelSize, sigma: generator.uniform(in: sigma))
  }
}
