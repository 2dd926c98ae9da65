import Foundation
import GraftTensor

/// Turns, moves, scales and shears an image at random, around its middle.
public struct RandomAffine: GeometricAugmentation {
  /// The angles, counterclockwise.
  public let degrees: ClosedRange<Double>

  /// The most that is moved sideways and down, as a share of width and height.
  public let translation: (x: Double, y: Double)

  /// The factors of size.
  public let scale: ClosedRange<Double>

  /// The angles by which upright lines lean.
  public let shearX: ClosedRange<Double>

  /// The angles by which level lines lean.
  public let shearY: ClosedRange<Double>

  /// The pixels that are weighted.
  public let filter: ResamplingFilter

  /// What is shown beyond the image.
  public let fill: FillColor

  /// Everything is spread evenly over its range; translations are whole pixels.
  ///
  /// Traps unless angles are finite, those of shears between −90° and 90°, factors positive, and shares in 0…1.
  ///
  /// - Parameters:
  ///   - degrees: the angles, counterclockwise. Default: none.
  ///   - translation: the most that is moved either way, as a share of width and height. Default: nothing.
  ///   - scale: the factors of size. Default: 1.
  ///   - shearX: the angles by which upright lines lean. Default: none.
  ///   - shearY: the angles by which level lines lean. Default: none.
  ///   - filter: the pixels that are weighted. Default: bilinear.
  ///   - fill: what is shown beyond the image. Default: 0.
  public init(
    degrees: ClosedRange<Double> = 0...0, translation: (x: Double, y: Double) = (0, 0),
    scale: ClosedRange<Double> = 1...1, shearX: ClosedRange<Double> = 0...0,
    shearY: ClosedRange<Double> = 0...0, filter: ResamplingFilter = .bilinear, fill: FillColor = 0
  ) {
    require(
      degrees.lowerBound.isFinite && degrees.upperBound.isFinite, "RandomAffine: angles \(degrees)")
    require(
      [translation.x, translation.y].allSatisfy { $0 >= 0 && $0 <= 1 },
      "RandomAffine: moves by \(translation) of width and height do not lie in 0...1")
    require(
      scale.lowerBound > 0 && scale.upperBound.isFinite, "RandomAffine: scales \(scale) are not positive")
    require(
      [shearX, shearY].allSatisfy { $0.lowerBound > -90 && $0.upperBound < 90 },
      "RandomAffine: shears \(shearX), \(shearY) do not lie between -90 and 90 degrees")
    self.degrees = degrees
    self.translation = translation
    self.scale = scale
    self.shearX = shearX
    self.shearY = shearY
    self.filter = filter
    self.fill = fill
  }

  public func warp(of size: ImageSize, using generator: inout RandomGenerator) -> ImageWarp {
    let angle = generator.uniform(in: degrees)
    func shift(_ share: Double, _ length: Int) -> Double {
      let most = share * Double(length)
      return generator.uniform(in: -most...most).rounded(.toNearestOrEven)
    }
    let (right, down) = (shift(translation.x, size.width), shift(translation.y, size.height))
    let factor = generator.uniform(in: scale)
    let shear = (x: generator.uniform(in: shearX), y: generator.uniform(in: shearY))
    return .affine(
      of: size, degrees: angle, translation: (right, down), scale: factor, shear: shear, filter: filter,
      fill: fill)
  }
}

extension ImageWarp {
  /// Shears, turns and scales an image around a center, then moves it.
  ///
  /// A pixel at p goes to R · Y · X · s (p − c) + c + t: X leans upright lines by `shear.x`, Y level lines by `shear.y`, R turns
  /// counterclockwise. With −`degrees` in place of `degrees` this is torchvision's `affine`.
  ///
  /// - Parameters:
  ///   - size: of the image.
  ///   - degrees: the angle, counterclockwise.
  ///   - translation: pixels to the right and down.
  ///   - scale: the factor of size; traps unless it is positive.
  ///   - shear: degrees by which upright and level lines lean, to the left and up where they are positive and seen from the
  ///     upper left corner; traps unless they lie between −90 and 90.
  ///   - center: what shears, turns and scales leave where it is. Default: the middle.
  ///   - filter: the pixels that are weighted. Default: bilinear.
  ///   - fill: what is shown beyond the image. Default: 0.
  public static func affine(
    of size: ImageSize, degrees: Double = 0, translation: (x: Double, y: Double) = (0, 0), scale: Double = 1,
    shear: (x: Double, y: Double) = (0, 0), around center: (x: Double, y: Double)? = nil,
    filter: ResamplingFilter = .bilinear, fill: FillColor = 0
  ) -> ImageWarp {
    require(scale > 0, "affine: scale \(scale) is not positive")
    require(
      abs(shear.x) < 90 && abs(shear.y) < 90, "affine: shears \(shear) do not lie between -90 and 90 degrees")
    let (slantX, slantY) = (tan(shear.x * .pi / 180), tan(shear.y * .pi / 180))
    // Back again: each part undone, the last first.
    let back = ProjectiveMap.rotation(degrees: -degrees)
      .then(.shear(x: 0, y: slantY)).then(.shear(x: slantX, y: 0))
      .then(.scaling(x: 1 / scale, y: 1 / scale))
    return ImageWarp(
      from: size,
      map: .translation(x: -translation.x, y: -translation.y).then(back.around(center ?? size.middle)),
      filter: filter, fill: fill)
  }
}
