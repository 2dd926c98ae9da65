import Foundation
import GraftTensor

/// Cuts a window of random size, proportions and place from an image and resizes it: what networks for ImageNet are trained with.
///
/// Szegedy et al.: *Going Deeper with Convolutions*, 2015. The window's share of the area is spread evenly over `scale`, the
/// logarithm of width over height evenly over that of `ratio`, and sides are rounded. If ten windows in a row don't fit the image, it is
/// the largest one in the middle whose proportions lie in `ratio`.
public struct RandomResizedCrop: GeometricAugmentation {
  /// The size of the result.
  public let size: ImageSize

  /// The window's share of the area.
  public let scale: ClosedRange<Double>

  /// The window's width over its height.
  public let ratio: ClosedRange<Double>

  /// How pixels are weighted.
  public let filter: ResamplingFilter

  /// Traps unless shares lie in 0…1 and are not all 0, and ratios are positive.
  ///
  /// - Parameters:
  ///   - size: the size of the result.
  ///   - scale: the window's share of the area. Default: 0.08 to 1.
  ///   - ratio: the window's width over its height. Default: 3/4 to 4/3.
  ///   - filter: how pixels are weighted. Default: bilinear.
  public init(
    _ size: ImageSize, scale: ClosedRange<Double> = 0.08...1, ratio: ClosedRange<Double> = 3 / 4...4 / 3,
    filter: ResamplingFilter = .bilinear
  ) {
    require(
      scale.lowerBound >= 0 && scale.upperBound > 0 && scale.upperBound <= 1,
      "RandomResizedCrop: shares \(scale) of the area")
    require(
      ratio.lowerBound > 0 && ratio.upperBound.isFinite, "RandomResizedCrop: ratios \(ratio) are not positive"
    )
    self.size = size
    self.scale = scale
    self.ratio = ratio
    self.filter = filter
  }

  /// With a square result; see ``init(_:scale:ratio:filter:)``.
  public init(
    side: Int, scale: ClosedRange<Double> = 0.08...1, ratio: ClosedRange<Double> = 3 / 4...4 / 3,
    filter: ResamplingFilter = .bilinear
  ) {
    self.init(ImageSize(side: side), scale: scale, ratio: ratio, filter: filter)
  }

  public func warp(of source: ImageSize, using generator: inout RandomGenerator) -> ImageWarp {
    let cut = window(in: source, using: &generator)
    return ImageWarp.window(of: source, top: cut.top, left: cut.left, size: cut.size)
      .composed(with: .resizing(cut.size, to: size, filter: filter))
  }

  /// A random window.
  func window(
    in source: ImageSize, using generator: inout RandomGenerator
  ) -> (top: Int, left: Int, size: ImageSize) {
    let (height, width) = (Double(source.height), Double(source.width))
    for _ in 0..<10 {
      let area = height * width * generator.uniform(in: scale)
      let proportion = exp(generator.uniform(in: log(ratio.lowerBound)...log(ratio.upperBound)))
      let across = (area * proportion).squareRoot().rounded(.toNearestOrEven)
      let down = (area / proportion).squareRoot().rounded(.toNearestOrEven)
      guard across > 0, across <= width, down > 0, down <= height else { continue }
      let window = ImageSize(height: Int(down), width: Int(across))
      let top = generator.integer(below: source.height - window.height + 1)
      let left = generator.integer(below: source.width - window.width + 1)
      return (top, left, window)
    }
    let window = largestWindow(in: source)
    return ((source.height - window.height) / 2, (source.width - window.width) / 2, window)
  }

  /// As much of an image as has proportions in ``ratio``.
  private func largestWindow(in source: ImageSize) -> ImageSize {
    let (height, width) = (Double(source.height), Double(source.width))
    func side(_ length: Double) -> Int { max(Int(length.rounded(.toNearestOrEven)), 1) }
    if width / height < ratio.lowerBound {
      return ImageSize(height: side(width / ratio.lowerBound), width: source.width)
    }
    if width / height > ratio.upperBound {
      return ImageSize(height: source.height, width: side(height * ratio.upperBound))
    }
    return source
  }
}
