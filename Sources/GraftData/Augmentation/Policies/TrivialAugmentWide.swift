import GraftTensor

/// One operation by chance, of a strength by chance: nothing to be tuned.
///
/// Müller, Hutter: *TrivialAugment: Tuning-free Yet State-of-the-Art Data Augmentation*, 2021, with the wide range of strengths, as in
/// torchvision. In their strongest bin: shears by a slope of 0.99, translations by 32 pixels, rotations by 135°, factors of
/// brightness, saturation, contrast and sharpness of 1 ± 0.99, 2 bits, solarising from 0 on; autocontrast, equalisation and none.
public struct TrivialAugmentWide: ImageAugmentation, Hashable {
  /// How many strengths there are, each equally likely.
  public let bins: Int
  /// How pixels are weighted where they are moved.
  public let filter: ResamplingFilter
  /// What is shown where the image has been moved away from.
  public let fill: FillColor

  static let strengths = PolicyStrengths(
    shear: 0.99, translation: { _ in 32 }, degrees: 135, factor: 0.99, bits: (8, 2))

  /// Traps unless there are bins.
  public init(bins: Int = 31, filter: ResamplingFilter = .nearest, fill: FillColor = 0) {
    require(bins > 0, "TrivialAugmentWide: \(bins) bins")
    self.bins = bins
    self.filter = filter
    self.fill = fill
  }

  /// The varied image. Traps unless it has one or three channels.
  public func callAsFunction(
    _ image: Tensor<UInt8>, using generator: inout RandomGenerator
  ) -> Tensor<UInt8> {
    let bin = generator.integer(below: bins)
    let draw = PolicyDraw(from: PolicyOperation.allCases, bin: bin, using: &generator)
    let strength = draw.strength(TrivialAugmentWide.strengths, bins: bins, size: ImageSize(of: image))
    return draw.operation.applied(to: image, strength: strength, filter: filter, fill: fill)
  }
}
