import GraftTensor

/// Makes some pixels white and others black, in all channels at once: the errors of a bad sensor or line.
public struct SaltAndPepper: ImageAugmentation, Hashable {
  /// How likely a pixel is changed.
  public let amount: Double
  /// How likely a changed pixel is white.
  public let whiteShare: Double

  /// Traps unless both are in 0…1.
  public init(amount: Double, whiteShare: Double = 0.5) {
    self.amount = checkedProbability(amount, of: "SaltAndPepper")
    self.whiteShare = checkedProbability(whiteShare, of: "SaltAndPepper")
  }

  /// The image with some white and black pixels.
  public func callAsFunction(
    _ image: Tensor<UInt8>, using generator: inout RandomGenerator
  ) -> Tensor<UInt8> {
    let size = ImageSize(of: image)
    let draws = Tensor<Float>.uniform([size.height, size.width], using: &generator)
    let (white, changed) = (Float(amount * whiteShare), Float(amount))
    var result = image.contiguous()
    let pixels = size.height * size.width
    draws.withContiguousBuffer { draws in
      result.withUnsafeMutableBuffer { bytes in
        for pixel in 0..<pixels where draws[pixel] < changed {
          for channel in 0..<image.shape[0] {
            bytes[channel * pixels + pixel] = draws[pixel] < white ? 255 : 0
          }
        }
      }
    }
    return result
  }
}
