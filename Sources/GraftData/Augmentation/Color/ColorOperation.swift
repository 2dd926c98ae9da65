import GraftTensor

/// A change of an image's colours or sharpness without any chance: for policies, and with ``RandomApply`` an augmentation.
///
/// ```swift
/// let augmentation = RandomApply(.grayscale, probability: 0.1) + RandomApply(.solarize(from: 128), probability: 0.2)
/// ```
public struct ColorOperation: ImageAugmentation, Hashable {
  private enum Kind: Hashable {
    case brightness(Double)
    case contrast(Double)
    case saturation(Double)
    case hue(Double)
    case sharpness(Double)
    case grayscale, invert, autocontrast, equalize
    case posterize(bits: Int)
    case solarize(Double)
    case blur(kernelSize: Int, sigma: Double)
  }

  private let kind: Kind

  private init(_ kind: Kind) {
    self.kind = kind
  }

  /// The changed image, bytes of shape `[channels, height, width]`. Traps where the operation does.
  public func callAsFunction(_ image: Tensor<UInt8>) -> Tensor<UInt8> {
    switch kind {
    case .brightness(let factor): image.adjustingBrightness(by: factor)
    case .contrast(let factor): image.adjustingContrast(by: factor)
    case .saturation(let factor): image.adjustingSaturation(by: factor)
    case .hue(let turns): image.turningHue(by: turns)
    case .sharpness(let factor): image.adjustingSharpness(by: factor)
    case .grayscale: image.grayscale()
    case .invert: image.inverted()
    case .autocontrast: image.autocontrasted()
    case .equalize: image.equalized()
    case .posterize(let bits): image.posterized(bits: bits)
    case .solarize(let threshold): image.solarized(from: threshold)
    case .blur(let kernelSize, let sigma): image.blurred(kernelSize: kernelSize, sigma: sigma)
    }
  }

  /// The changed image; takes nothing from the generator.
  public func callAsFunction(
    _ image: Tensor<UInt8>, using generator: inout RandomGenerator
  ) -> Tensor<UInt8> {
    self(image)
  }

  /// ``GraftTensor/Tensor/adjustingBrightness(by:)``
  public static func brightness(_ factor: Double) -> ColorOperation { ColorOperation(.brightness(factor)) }
  /// ``GraftTensor/Tensor/adjustingContrast(by:)``
  public static func contrast(_ factor: Double) -> ColorOperation { ColorOperation(.contrast(factor)) }
  /// ``GraftTensor/Tensor/adjustingSaturation(by:)``
  public static func saturation(_ factor: Double) -> ColorOperation { ColorOperation(.saturation(factor)) }
  /// ``GraftTensor/Tensor/turningHue(by:)``
  public static func hue(turns: Double) -> ColorOperation { ColorOperation(.hue(turns)) }
  /// ``GraftTensor/Tensor/adjustingSharpness(by:)``
  public static func sharpness(_ factor: Double) -> ColorOperation { ColorOperation(.sharpness(factor)) }
  /// ``GraftTensor/Tensor/grayscale(channels:)`` with as many channels as the image has.
  public static let grayscale = ColorOperation(.grayscale)
  /// ``GraftTensor/Tensor/inverted()``
  public static let invert = ColorOperation(.invert)
  /// ``GraftTensor/Tensor/autocontrasted()``
  public static let autocontrast = ColorOperation(.autocontrast)
  /// ``GraftTensor/Tensor/equalized()``
  public static let equalize = ColorOperation(.equalize)
  /// ``GraftTensor/Tensor/posterized(bits:)``
  public static func posterize(bits: Int) -> ColorOperation { ColorOperation(.posterize(bits: bits)) }
  /// ``GraftTensor/Tensor/solarized(from:)``
  public static func solarize(from threshold: Double) -> ColorOperation {
    ColorOperation(.solarize(threshold))
  }
  /// ``GraftTensor/Tensor/blurred(kernelSize:sigma:)``
  public static func blur(kernelSize: Int, sigma: Double) -> ColorOperation {
    ColorOperation(.blur(kernelSize: kernelSize, sigma: sigma))
  }
}
