import Foundation
import GraftTensor

/// An operation of the policies, and what its strength means. Signs, places and rounding are torchvision's.
enum PolicyOperation: CaseIterable {
  case identity, shearX, shearY, translateX, translateY, rotate
  case brightness, saturation, contrast, sharpness, posterize, solarize, autocontrast, equalize

  /// Whether the strength is negative half of the time.
  var isSigned: Bool {
    switch self {
    case .shearX, .shearY, .translateX, .translateY, .rotate, .brightness, .saturation, .contrast, .sharpness:
      true
    case .identity, .posterize, .solarize, .autocontrast, .equalize: false
    }
  }

  /// The image after the operation.
  ///
  /// - Parameters:
  ///   - strength: the slope of a shear, pixels, degrees, what is added to a factor of 1, the number of bits, or the threshold.
  ///   - filter: how pixels are weighted where they are moved.
  ///   - fill: what is shown where the image has been moved away from.
  func applied(
    to image: Tensor<UInt8>, strength: Double, filter: ResamplingFilter, fill: FillColor
  ) -> Tensor<UInt8> {
    func warped(_ map: ProjectiveMap) -> Tensor<UInt8> {
      image.warped(by: ImageWarp(from: ImageSize(of: image), map: map, filter: filter, fill: fill))
    }
    switch self {
    case .identity: return image
    // A place of the result shows what lies that far along: around the corner, for shears.
    case .shearX: return warped(.shear(x: strength, y: 0))
    case .shearY: return warped(.shear(x: 0, y: strength))
    case .translateX: return warped(.translation(x: -strength.rounded(.towardZero), y: 0))
    case .translateY: return warped(.translation(x: 0, y: -strength.rounded(.towardZero)))
    case .rotate:
      let (x, y) = (Double(image.shape[2]) / 2, Double(image.shape[1]) / 2)
      return warped(
        .translation(x: -x, y: -y).then(.rotation(degrees: -strength)).then(.translation(x: x, y: y)))
    case .brightness: return image.adjustingBrightness(by: 1 + strength)
    case .saturation: return image.adjustingSaturation(by: 1 + strength)
    case .contrast: return image.adjustingContrast(by: 1 + strength)
    case .sharpness: return image.adjustingSharpness(by: 1 + strength)
    case .posterize: return image.posterized(bits: Int(strength))
    case .solarize: return image.solarized(from: strength)
    case .autocontrast: return image.autocontrasted()
    case .equalize: return image.equalized()
    }
  }
}

/// How strong a policy's operations are at most.
struct PolicyStrengths {
  /// The slope of shears.
  let shear: Double
  /// Pixels of a translation along an axis of this length.
  let translation: @Sendable (_ length: Int) -> Double
  let degrees: Double
  /// What is added to or taken from a factor of 1.
  let factor: Double
  /// The bits that posterising keeps: from the first number down to the second.
  let bits: (most: Int, least: Int)

  /// The strength of an operation in the given bin of `bins`, from none in the first to the greatest in the last, without its sign.
  func strength(
    of operation: PolicyOperation, bin: Int, of bins: Int, size: ImageSize
  ) -> Double {
    let share = bins > 1 ? Double(bin) / Double(bins - 1) : 0
    switch operation {
    case .shearX, .shearY: return share * shear
    case .translateX: return share * translation(size.width)
    case .translateY: return share * translation(size.height)
    case .rotate: return share * degrees
    case .brightness, .saturation, .contrast, .sharpness: return share * factor
    case .posterize:
      return Double(bits.most) - (share * Double(bits.most - bits.least)).rounded(.toNearestOrEven)
    case .solarize: return 255 - share * 255
    case .identity, .autocontrast, .equalize: return 0
    }
  }
}

/// A policy's draw: an operation, and how strong it is.
struct PolicyDraw {
  let operation: PolicyOperation
  let bin: Int
  let isNegative: Bool

  /// One of several operations, each equally likely, with either sign equally likely. The same words are taken whichever it is.
  init(from operations: [PolicyOperation], bin: Int, using generator: inout RandomGenerator) {
    let operation = operations[generator.integer(below: operations.count)]
    let sign = generator.bernoulli(probability: 0.5)
    self.operation = operation
    self.bin = bin
    isNegative = sign && operation.isSigned
  }

  /// The strength, with its sign.
  func strength(_ strengths: PolicyStrengths, bins: Int, size: ImageSize) -> Double {
    let strength = strengths.strength(of: operation, bin: bin, of: bins, size: size)
    return isNegative ? -strength : strength
  }
}
