import GraftTensor

/// A few operations by chance, all of one strength.
///
/// Cubuk et al.: *RandAugment: Practical Automated Data Augmentation with a Reduced Search Space*, 2020; operations and strengths are
/// torchvision's. In their strongest bin: shears by a slope of 0.3, translations by 150/331 of the side, rotations by 30°, factors
/// of brightness, saturation, contrast and sharpness of 1 ± 0.9, 4 bits, solarising from 0 on; autocontrast, equalisation and none.
public struct RandAugment: ImageAugmentation, Hashable {
  /// How many operations are applied.
  public let count: Int
  /// The bin that strengths are taken from, the first being 0.
  public let magnitude: Int
  /// How many bins there are.
  public let bins: Int
  /// How pixels are weighted where they are moved.
  public let filter: ResamplingFilter
  /// What is shown where the image has been moved away from.
  public let fill: FillColor

  static let strengths = PolicyStrengths(
    shear: 0.3, translation: { 150.0 / 331 * Double($0) }, degrees: 30, factor: 0.9, bits: (8, 4))

  /// Traps if `count` is negative, or `magnitude` not one of the bins.
  public init(
    count: Int = 2, magnitude: Int = 9, bins: Int = 31, filter: ResamplingFilter = .nearest,
    fill: FillColor = 0
  ) {
    require(count >= 0, "RandAugment: \(count) operations")
    require(
      magnitude >= 0 && magnitude < bins, "RandAugment: magnitude \(magnitude) is not one of \(bins) bins")
    self.count = count
    self.magnitude = magnitude
    self.bins = bins
    self.filter = filter
    self.fill = fill
  }

  /// The varied image. Traps unless it has one or three channels.
  public func callAsFunction(
    _ image: Tensor<UInt8>, using generator: inout RandomGenerator
  ) -> Tensor<UInt8> {
    let size = ImageSize(of: image)
    var result = image
    for _ in 0..<count {
      let draw = PolicyDraw(from: PolicyOperation.allCases, bin: magnitude, using: &generator)
      let strength = draw.strength(RandAugment.strengths, bins: bins, size: size)
      result = draw.operation.applied(to: result, strength: strength, filter: filter, fill: fill)
    }
    return result
  }
}
