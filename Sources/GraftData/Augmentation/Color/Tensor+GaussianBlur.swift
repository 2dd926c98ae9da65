import Foundation
import GraftTensor

extension Tensor where Scalar == UInt8 {
  /// The image blurred: each level becomes the mean of those around with weights proportional to e^(−(x² + y²) / 2σ²).
  ///
  /// Beyond its edges the image is mirrored, the edge itself not repeated. Within one level of torchvision's `gaussian_blur`, which
  /// adds in another order.
  ///
  /// - Parameters:
  ///   - kernelSize: the side of the square that is looked at, in pixels; traps unless it is odd and positive.
  ///   - sigma: the standard deviation σ in pixels; traps unless it is positive.
  /// - Returns: an image of the same shape, `[channels, height, width]`.
  public func blurred(kernelSize: Int, sigma: Double) -> Tensor {
    require(
      kernelSize > 0 && kernelSize % 2 == 1,
      "blurred: a square of \(kernelSize) pixels has none in the middle")
    require(sigma > 0, "blurred: standard deviation \(sigma) is not positive")
    _ = ImageSize(of: self)
    let (channels, reach) = (shape[0], kernelSize / 2)
    let window = gaussianWindow(reach: reach, sigma: sigma)
    let windows = Tensor<Float>.concatenated(Array(repeating: window, count: channels))
    // One axis after the other, each channel by itself.
    let blurred = Tensor<Float>(mirrored(by: reach)).reshaped(
      to: [1, channels, shape[1] + 2 * reach, shape[2] + 2 * reach]
    )
    .convolved(with: windows.reshaped(to: [channels, 1, 1, kernelSize]), groups: channels)
    .convolved(with: windows.reshaped(to: [channels, 1, kernelSize, 1]), groups: channels)
    return Tensor((blurred + 0.5).clamped(to: 0...255)).reshaped(to: shape)
  }

  /// The image with a margin in which it is mirrored, over and over if the margin is wider than the image.
  private func mirrored(by margin: Int) -> Tensor {
    rearranged(
      rows: Tensor.mirroredPlaces(margin, length: shape[1]),
      columns: Tensor.mirroredPlaces(margin, length: shape[2]))
  }

  /// Where in an axis its positions from −margin up to length + margin lie.
  private static func mirroredPlaces(_ margin: Int, length: Int) -> [Int] {
    let period = Swift.max(2 * (length - 1), 1)
    return (-margin..<(length + margin)).map { position in
      let place = (position % period + period) % period
      return length == 1 ? 0 : Swift.min(place, period - place)
    }
  }
}

/// Weights proportional to e^(−x² / 2σ²) at −reach…reach that add up to 1.
private func gaussianWindow(reach: Int, sigma: Double) -> Tensor<Float> {
  let weights = (-reach...reach).map { exp(-0.5 * Double($0 * $0) / (sigma * sigma)) }
  let sum = weights.reduce(0, +)
  return Tensor(weights.map { Float($0 / sum) })
}
