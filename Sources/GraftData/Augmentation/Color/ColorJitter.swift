import GraftTensor

/// Changes brightness, contrast, saturation and hue by chance, in an order by chance.
///
/// ```swift
/// let augmentation = HorizontalFlip() + ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1)
/// ```
///
/// Each is drawn evenly from its range, with torchvision's meaning of the parameters. Gray images have no saturation and no hue.
public struct ColorJitter: ImageAugmentation, Hashable {
  /// The factors for ``GraftTensor/Tensor/adjustingBrightness(by:)``.
  public let brightness: ClosedRange<Double>
  /// The factors for ``GraftTensor/Tensor/adjustingContrast(by:)``.
  public let contrast: ClosedRange<Double>
  /// The factors for ``GraftTensor/Tensor/adjustingSaturation(by:)``.
  public let saturation: ClosedRange<Double>
  /// The turns for ``GraftTensor/Tensor/turningHue(by:)``; 0…0 leaves colours as they are.
  public let hue: ClosedRange<Double>

  /// Factors from max(0, 1 − s) to 1 + s for a strength s, and turns of hue from −s to s.
  ///
  /// Traps if a strength is negative or not finite, or `hue` more than ½.
  public init(
    brightness: Double = 0, contrast: Double = 0, saturation: Double = 0, hue: Double = 0
  ) {
    func factors(_ strength: Double, _ name: String) -> ClosedRange<Double> {
      require(
        strength >= 0 && strength.isFinite, "ColorJitter: \(name) \(strength) is negative or not finite")
      return max(0, 1 - strength)...(1 + strength)
    }
    require(hue >= 0 && hue <= 0.5, "ColorJitter: hue \(hue) does not lie in 0...0.5")
    self.init(
      brightnessFactors: factors(brightness, "brightness"), contrastFactors: factors(contrast, "contrast"),
      saturationFactors: factors(saturation, "saturation"), hueTurns: -hue...hue)
  }

  /// The ranges themselves.
  ///
  /// Traps if a factor is negative or not finite, or a turn not in −½…½.
  public init(
    brightnessFactors: ClosedRange<Double>, contrastFactors: ClosedRange<Double>,
    saturationFactors: ClosedRange<Double>, hueTurns: ClosedRange<Double>
  ) {
    for factors in [brightnessFactors, contrastFactors, saturationFactors] {
      require(
        factors.lowerBound >= 0 && factors.upperBound.isFinite,
        "ColorJitter: factors \(factors) are not all finite and positive or 0")
    }
    require(
      hueTurns.lowerBound >= -0.5 && hueTurns.upperBound <= 0.5,
      "ColorJitter: turns of hue \(hueTurns) do not lie in -0.5...0.5")
    brightness = brightnessFactors
    contrast = contrastFactors
    saturation = saturationFactors
    hue = hueTurns
  }

  /// The changed image. Traps unless it has one or three channels.
  public func callAsFunction(
    _ image: Tensor<UInt8>, using generator: inout RandomGenerator
  ) -> Tensor<UInt8> {
    image.changing(changes(using: &generator), "ColorJitter")
  }

  /// The changes in their order, drawn in the same way whichever are in use.
  func changes(using generator: inout RandomGenerator) -> [ColorChange] {
    let order = generator.permutation(of: 4)
    let changes: [ColorChange] = [
      .brightness(Float(generator.uniform(in: brightness))),
      .contrast(Float(generator.uniform(in: contrast))),
      .saturation(Float(generator.uniform(in: saturation))),
      .hue(turns: generator.uniform(in: hue)),
    ]
    let isUsed = [brightness != 1...1, contrast != 1...1, saturation != 1...1, hue != 0...0]
    return order.filter { isUsed[$0] }.map { changes[$0] }
  }
}
